/** The table of docs/series.md that leads from a merged partial to the estimate, done in doubles with what a partial says. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogue } from '../../../src/series/catalogue.ts';

interface Merged {
  readonly n: number;
  /** sum / 2^scale */
  readonly sum: number;
  readonly ratio: (above: string, below: string) => number;
  readonly fixed: (name: string) => number;
  readonly count: (name: string) => number;
}

/** By the words of the table. */
const estimates: Readonly<Record<string, (merged: Merged) => number>> = {
  'sum / 2^scale': ({ sum }) => sum,
  '√(6 · sum / 2^scale)': ({ sum }) => Math.sqrt(6 * sum),
  '3 + sum / 2^scale': ({ sum }) => 3 + sum,
  '2 · exp(sum / 2^scale)': ({ sum }) => 2 * Math.exp(sum),
  'sum / 2^scale − ln n − 1/(2n)': ({ sum, n }) => sum - Math.log(n) - 1 / (2 * n),
  '√12 · sum / 2^scale': ({ sum }) => Math.sqrt(12) * sum,
  't / q': ({ ratio }) => ratio('t', 'q'),
  '5t / 2q': ({ ratio }) => (5 * ratio('t', 'q')) / 2,
  't / 64q': ({ ratio }) => ratio('t', 'q') / 64,
  '9801 q / (2√2 t)': ({ ratio }) => (9801 * ratio('q', 't')) / (2 * Math.SQRT2),
  '426880 √10005 q / t': ({ ratio }) => 426_880 * Math.sqrt(10_005) * ratio('q', 't'),
  'a / b': ({ ratio }) => ratio('a', 'b'),
  '2 / prod': ({ fixed }) => 2 / fixed('lower'),
  'x at 2^-bits': ({ fixed }) => fixed('x'),
  '4 · inside / n': ({ count, n }) => (4 * count('inside')) / n,
};

const docs = readFileSync(new URL('../../../docs/series.md', import.meta.url), 'utf8');
const section = docs.slice(docs.indexOf('| series | estimate |'), docs.indexOf('An estimate may stand'));

/** Series → what its row says. */
const rows = new Map(
  section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| series'))
    .flatMap((line) => {
      const [, names = '', words = ''] = line.split('|').map((cell) => cell.trim());
      const ids = names.replace(/\(.*\)/, '').split(/[,;]/);
      const each = words.split(';');
      return ids.map((id, place) => [id.trim(), wordsOf((names.includes(';') ? each[place] : words) ?? '')]);
    }),
);

/** The key of `estimates` that a row's words mean. */
function wordsOf(text: string): string {
  const exact = Object.keys(estimates).find((key) => key === text.trim());
  return exact ?? Object.keys(estimates).find((key) => text.includes(key)) ?? '';
}

it.each(catalogue.filter(({ id }) => id !== 'primes').map((series) => ({ id: series.id, series })))(
  'a merged partial of $id leads to its estimate as the table says',
  ({ id, series }) => {
    const n = id === 'sqrt2-newton' ? 6 : 240;
    const state = series.partial(0, n, series.empty);
    const { values, scale } = series.describe(state);
    const value = (name: string) => BigInt(values[name] ?? 0);
    const { bits = scale ?? 0 } = values;
    const quotient = (a: bigint, b: bigint) => Number((a << 80n) / b) / 2 ** 80;
    const merged: Merged = {
      n,
      sum: quotient(value('sum'), 1n << BigInt(scale ?? 0)),
      ratio: (above, below) => quotient(value(above), value(below)),
      fixed: (name) => quotient(value(name), 1n << BigInt(bits)),
      count: (name) => Number(value(name)),
    };
    const estimate = estimates[rows.get(id) ?? ''];
    expect(estimate?.(merged)).toBeCloseTo(series.evaluate(state, n).value, 12);
  },
);
