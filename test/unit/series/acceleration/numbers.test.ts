import { describe, expect, it } from 'vitest';
import { bernoulliNumber, eulerNumber, INDEX_MAX } from '../../../../src/series/acceleration/numbers.ts';
import { plus, type Ratio, ratio, times } from '../../../support/oracle-ratio.ts';

/** Rows 0 … last of Pascal's triangle. */
function pascal(last: number): readonly (readonly bigint[])[] {
  const rows: bigint[][] = [[1n]];
  for (let n = 1; n <= last; n += 1) {
    const above = rows[n - 1] ?? [];
    rows.push(Array.from({ length: n + 1 }, (_, k) => (above[k - 1] ?? 0n) + (above[k] ?? 0n)));
  }
  return rows;
}

describe('numbers', () => {
  it('begin as every table has them', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map(eulerNumber)).toEqual([1n, -1n, 5n, -61n, 1_385n, -50_521n, 2_702_765n]);
    const bernoulli = [
      [1n, 6n],
      [-1n, 30n],
      [1n, 42n],
      [-1n, 30n],
      [5n, 66n],
      [-691n, 2_730n],
      [7n, 6n],
    ] as const;
    for (const [index, [num, den]] of bernoulli.entries()) {
      const number = bernoulliNumber(index + 1);
      expect(number.num * den).toBe(num * number.den);
    }
  });

  it('satisfy Euler’s recurrence, Σ C(2n, 2k) E_2k = 0, to the last', () => {
    const rows = pascal(INDEX_MAX);
    for (let n = 1; 2 * n <= INDEX_MAX; n += 1) {
      let sum = 0n;
      for (let k = 0; k <= n; k += 1) sum += (rows[2 * n]?.[2 * k] ?? 0n) * eulerNumber(k);
      expect(sum).toBe(0n);
    }
  });

  it('satisfy Bernoulli’s recurrence, Σ C(m+1, k) B_k = 0, to the last', () => {
    const rows = pascal(INDEX_MAX + 1);
    const reduced = (a: Ratio): Ratio => {
      let [x, y] = [a.num < 0n ? -a.num : a.num, a.den];
      while (y !== 0n) [x, y] = [y, x % y];
      return ratio(a.num / x, a.den / x);
    };
    const numbers = Array.from({ length: INDEX_MAX / 2 }, (_, index) => reduced(bernoulliNumber(index + 1)));
    for (const m of [2, 4, 6, 50, 128, INDEX_MAX]) {
      let sum = ratio(BigInt(2 - (m + 1)), 2n);
      for (let j = 1; 2 * j <= m; j += 1) {
        sum = plus(sum, times(ratio(rows[m + 1]?.[2 * j] ?? 0n), numbers[j - 1] ?? ratio(0)));
      }
      expect(sum.num).toBe(0n);
    }
  });

  it('end where they say', () => {
    expect(() => eulerNumber(INDEX_MAX / 2 + 1)).toThrow(RangeError);
    expect(() => bernoulliNumber(INDEX_MAX / 2 + 1)).toThrow(RangeError);
    expect(() => bernoulliNumber(0)).toThrow(RangeError);
  });
});
