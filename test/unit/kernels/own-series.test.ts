/** Files that ZENO_SERIES may name, written for each test: what is loaded from them, and with which reason they are refused. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importSeries, loadOwnSeries } from '../../../src/kernels/own-series.ts';
import { TemporaryFolder } from '../../integration/store/temporary-folder.ts';
import { digitsOf } from '../../support/repeating-decimal.ts';

const support = new URL('../../support/repeating-decimal.ts', import.meta.url).href;

/** Loads a module of this text. */
async function load(text: string, name = 'series.ts') {
  using folder = new TemporaryFolder();
  const file = folder.file(name);
  writeFileSync(file, `import { repeatingDecimal } from ${JSON.stringify(support)};\n${text}\n`);
  return { ...(await loadOwnSeries(pathToFileURL(file).href)), file: pathToFileURL(file).href };
}

/** The repeating decimal with `changes`, as text of a module. */
const having = (changes: string) => `export const series = { ...repeatingDecimal(), ${changes} };`;

describe('a file of one’s own series', () => {
  test('may export one definition', async () => {
    const loaded = await load('export const series = repeatingDecimal();');
    if (loaded.kind === 'refused') throw new Error(loaded.detail);
    expect(loaded.series.map(({ id }) => id)).toEqual(['repeating']);
    expect(loaded.series[0]?.partial(3, 9)).toBe(digitsOf(3, 9));
  });

  test('may export several, in TypeScript or in JavaScript', async () => {
    for (const [name, type] of [
      ['series.ts', ': string[]'],
      ['series.mjs', ''],
    ]) {
      const text = `const ids${type} = ['one', 'two'];
        export const series = ids.map((id) => ({ ...repeatingDecimal(), id, aliases: [id + '-too'] }));`;
      expect(await load(text, name)).toMatchObject({
        kind: 'loaded',
        series: [{ id: 'one' }, { id: 'two' }],
      });
    }
  });

  test('that is an example in our own documentation is loaded', async () => {
    const file = new URL('../../../examples/eta-of-two.ts', import.meta.url).href;
    expect(await loadOwnSeries(file)).toMatchObject({ kind: 'loaded', series: [{ id: 'eta-of-two' }] });
  });

  const unusable: [what: string, text: string, reason: RegExp][] = [
    ['exports nothing', '', /has to export `series`/],
    ['exports something else', 'export const series = 42;', /has to export `series`/],
    ['exports no series at all', 'export const series = [];', /has to export `series`/],
    [
      'exports one among things that are none',
      'export const series = [repeatingDecimal(), null];',
      /number 2 of its series: it has to export/,
    ],
    ['exports under another name', 'export const mine = repeatingDecimal();', /has to export `series`/],
    ['lacks a function', having('merge: undefined'), /merge is not a function/],
    ['has a text for a function', having("evaluate: 'x'"), /evaluate is not a function/],
    [
      'accelerates by something else',
      having('accelerate: true'),
      /accelerate is neither a function nor null/,
    ],
    [
      'has a least range that is a number',
      having('leastRange: 8'),
      /leastRange is neither a function nor left out/,
    ],
    ['leaves out whether it accelerates', having('accelerate: undefined'), /accelerate is neither/],
    ['has a number for a word', having('title: 1'), /title must be string/],
    ['has no title', having("title: ''"), /title must not have fewer than 1 characters/],
    ['has a bound that is none', having("bound: 'certain'"), /bound must be 'rigorous', 'statistical'/],
    ['has an order that is none', having("order: 'random'"), /order must be 'any', 'adjacent'/],
    ['names a kernel, which are ours', having("kernel: 'leibniz-quad'"), /kernel must be null/],
    ['does not say that it has no kernel', having('kernel: undefined'), /kernel/],
    ['has no version', having('version: 0'), /version must be >= 1/],
    ['has a limit that is no decimal', having("limit: { name: 'x', decimal: '1/3' }"), /limit.* must/],
    ['is no module', 'export const series = {', /can't be loaded: /],
    ['throws while it is loaded', "throw new Error('not today');", /not today/],
    ['needs what is not there', "import './nowhere.ts';", /nowhere/],
  ];
  test.each(unusable)('that %s is refused, with the file and the reason', async (_what, text, reason) => {
    const loaded = await load(text);
    if (loaded.kind === 'loaded') throw new Error('it was loaded');
    expect(loaded.detail).toMatch(reason);
    expect(loaded.detail).toContain(`The series in ${loaded.file} can't be loaded: `);
  });

  test('that is not there is refused by its name', async () => {
    const file = new URL('./no-such-series.ts', import.meta.url).href;
    expect(await loadOwnSeries(file)).toMatchObject({ kind: 'refused', detail: /no-such-series\.ts/ });
    await expect(importSeries(file)).rejects.toThrow(/no-such-series/);
  });

  const wrong: [what: string, text: string, reason: string | RegExp][] = [
    ['takes an id of the catalogue', having("id: 'leibniz'"), '"leibniz" is taken already'],
    ['takes an alias of the catalogue', having("aliases: ['euler']"), '"euler" is taken already'],
    ['takes its own id twice', having("aliases: ['repeating']"), '"repeating" is taken already'],
    [
      'takes an id that another one in it has',
      'export const series = [repeatingDecimal(), repeatingDecimal()];',
      '"repeating" is taken already',
    ],
    [
      'has an id that cannot stand in an address',
      having("id: 'Über all'"),
      /"Über all" is no id of a series/,
    ],
    ['has an id that could be a private run’s', having("id: 'x~y'"), /"x~y" is no id of a series/],
    ['has an alias that is too long', having("aliases: ['x'.repeat(33)]"), /is no id of a series/],
    [
      'has a definition that is wrong',
      having('exhausted: () => null'),
      'repeating: exhausted(termsMax) is null: a run would never complete',
    ],
    [
      'has a limit outside its enclosure',
      having("limit: { name: 'x', decimal: '0.5' }"),
      'repeating: at n = 1 the limit 0.5 is not in [0.3, 0.4]',
    ],
    [
      'throws on its first terms',
      having("partial() { throw new Error('not today'); }"),
      'repeating: it throws on its own first terms: not today',
    ],
  ];
  test.each(wrong)(
    'that %s is refused, with the reason on a line of its own',
    async (_what, text, reason) => {
      const loaded = await load(text);
      if (loaded.kind === 'loaded') throw new Error('it was loaded');
      const [first, ...reasons] = loaded.detail.split('\n');
      expect(first).toBe(`The series in ${loaded.file} can't be used:`);
      const line = typeof reason === 'string' ? `  ${reason}` : expect.stringMatching(reason);
      expect(reasons).toContainEqual(line);
    },
  );

  test('is told all that is wrong with it at once', async () => {
    const loaded = await load(`export const series = [
      { ...repeatingDecimal(), id: 'leibniz', exhausted: () => null },
      { ...repeatingDecimal(), heavy: false, order: 'any' },
    ];`);
    expect(loaded.kind === 'refused' ? loaded.detail.split('\n').slice(1) : []).toEqual([
      '  "leibniz" is taken already',
      '  leibniz: exhausted(termsMax) is null: a run would never complete',
      "  repeating: merge is not commutative, but order is 'any': say 'adjacent'",
    ]);
  });
});
