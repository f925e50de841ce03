import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reachable } from '../../../src/protocols/limit-answers.ts';
import { docsTables, tableIn } from '../../support/docs-tables.ts';

it.each(docsTables)(
  '$file.pathname says what the code says (npm run docs:tables)',
  ({ file, head, rows }) => {
    expect(tableIn(readFileSync(file, 'utf8'), head)).toBe([head, ...rows].join('\n'));
  },
);

it('every bound that can be reached is counted somewhere', () => {
  const files = globSync('src/**/*.ts').filter((file) => !/limits\.ts$|limit-answers\.ts$/.test(file));
  const source = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const forms = (limit: string) => [
    `\\w\\(\\s*'${limit}'`,
    `,\\s*'${limit}',?\\s*\\)`,
    `limit: '${limit}'`,
    `\\['${limit}', `,
    `[?:] '${limit}'(?:[,;)]| :)`,
  ];
  const counted = (limit: string) => new RegExp(forms(limit).join('|')).test(source);
  expect(reachable.filter((limit) => !counted(limit))).toEqual([]);
});
