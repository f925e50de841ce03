/** The code of docs/supervision.md is true: it stands so in an example, which runs, or is part of a program that does. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository, Spawned, temporaryFolder } from '../support/node-process.ts';

const guide = readFileSync(join(repository, 'docs/supervision.md'), 'utf8');
const blocks = [...guide.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, file = '', code = '']) => ({ file, code }),
);

it('every block of code names an example or the program of the guide', () => {
  expect(guide.match(/^```[jt]s$/gm)).toHaveLength(blocks.length);
  for (const { file } of blocks) expect(file).toMatch(/^(examples\/[a-z-]+\.ts|guide\.ts)$/);
});

it.each(blocks.filter(({ file }) => file !== 'guide.ts'))(
  'an excerpt stands so in $file',
  ({ file, code }) => {
    expect(`\n${readFileSync(join(repository, file), 'utf8')}`).toContain(`\n${code}`);
  },
);

it('the program of the guide passes the compiler and runs to its end', async () => {
  const folder = temporaryFolder();
  for (const shared of ['src', 'node_modules', 'package.json']) {
    symlinkSync(join(repository, shared), join(folder, shared));
  }
  const program = blocks.filter(({ file }) => file === 'guide.ts').map(({ code }) => code);
  mkdirSync(join(folder, 'examples'));
  writeFileSync(join(folder, 'examples/guide.ts'), program.join('\n'));
  // What a guide shows need not be used.
  const compilerOptions = { noUnusedLocals: false };
  const config = { extends: join(repository, 'tsconfig.json'), include: ['examples'], compilerOptions };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));

  for (const args of [['node_modules/typescript/bin/tsc', '-p', '.'], ['examples/guide.ts']]) {
    const node = new Spawned(process.execPath, args, { cwd: folder, env: {} });
    expect(await node.exit(), node.said()).toEqual({ code: 0, signal: null });
    expect(node.stderr).toBe('');
  }
});
