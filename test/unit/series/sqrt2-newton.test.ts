/** Newton's iteration against itself in exact fractions, and its digits against the square they are the root of. */
import { describe, expect, it } from 'vitest';
import { sqrt2Newton as series, stepBits } from '../../../src/series/sqrt2-newton.ts';
import { squareRoot } from '../../support/oracle.ts';
import { ratio, toDouble } from '../../support/oracle-ratio.ts';

const states = Array.from({ length: series.termsMax + 1 }, (_, n) => series.partial(0, n));
const state = (n: number): string => states[n] ?? '';
const evaluate = (n: number) => series.evaluate(state(n), n);

/** x_n as a fraction, without any rounding. */
function exact(n: number): { above: bigint; below: bigint } {
  let [above, below] = [1n, 1n];
  for (let step = 0; step < n; step += 1)
    [above, below] = [above * above + 2n * below * below, 2n * above * below];
  return { above, below };
}

/** A decimal in units of its last place, and how many of these are 1. */
function read(text: string): { count: bigint; one: bigint } {
  const places = text.length - text.indexOf('.') - 1;
  return { count: BigInt(text.replace('.', '')), one: 10n ** BigInt(places) };
}

const isBelow = ({ count, one }: { count: bigint; one: bigint }): boolean => count * count <= 2n * one * one;

describe('a run of sqrt2-newton', () => {
  it('comes to the same text however it is cut', () => {
    const last = 11;
    for (let cuts = 0; cuts < 2 ** (last - 1); cuts += 1) {
      let [from, text] = [0, series.empty];
      for (let to = 1; to <= last; to += 1) {
        if (to < last && (cuts & (1 << (to - 1))) === 0) continue;
        text = series.merge(text, series.partial(from, to, text));
        from = to;
      }
      expect(text).toBe(state(last));
    }
  });

  it('goes nowhere without the state before it, or with another', () => {
    for (const before of [undefined, '', state(4), state(6)])
      expect(() => series.partial(5, 6, before)).toThrow(RangeError);
    expect(() => series.partial(0, 6, state(5))).toThrow(RangeError);
    expect(() => series.partial(1, 2, '1,100,180')).toThrow(RangeError);
    expect(() => series.partial(5, 6, 'nonsense')).toThrow(SyntaxError);
    expect(series.partial(5, 5, state(5))).toBe(state(5));
    expect(series.partial(0, 0)).toBe(series.empty);
  });

  it('is never below √2, nor further above the exact fraction than its roundings', () => {
    for (let n = 1; n <= 10; n += 1) {
      const [, , x = 0n] = state(n)
        .split(',')
        .map((part) => BigInt(`0x${part}`));
      const one = 1n << BigInt(stepBits(n));
      expect(x * x).toBeGreaterThanOrEqual(2n * one * one);
      const { above, below } = exact(n);
      const off = x * below - above * one;
      expect(off).toBeGreaterThanOrEqual(0n);
      expect(off).toBeLessThan(2n ** 70n * below);
    }
  });

  it('is shown by its integers, and as the decimal it is', () => {
    const { above, below } = exact(3);
    const view = series.describe(state(3));
    expect(view).toMatchObject({ monoid: 'state', scale: null, decimal: expect.any(String) });
    expect(Object.keys(view.values)).toEqual(['n', 'bits', 'x']);
    expect(view.values).toMatchObject({ n: '3', bits: String(stepBits(3)) });
    expect(view.decimal?.replace('.', '')).toBe(((above * 10n ** 40n) / below).toString());
  });
});

describe('figures of sqrt2-newton', () => {
  it('say the exact fraction to 60 digits', () => {
    for (let n = 1; n <= 9; n += 1) {
      const { value, decimal } = evaluate(n);
      const { above, below } = exact(n);
      const { count, one } = read(decimal);
      const off = 2n * (count * below - above * one);
      expect(decimal).toHaveLength(61);
      expect(off <= below && -off <= below).toBe(true);
      const double = toDouble(ratio(above, below));
      expect(value).toBe(Number(double.num) / Number(double.den));
    }
  });

  it('enclose √2 at every n, and double their digits from one to the next', () => {
    for (let n = 1; n <= series.termsMax; n += 1) {
      const { lower, upper, known = '', digits } = evaluate(n);
      expect(isBelow(read(lower ?? ''))).toBe(true);
      expect(isBelow(read(upper ?? ''))).toBe(false);
      expect(digits).toBeGreaterThanOrEqual(Math.floor(0.7655 * 2 ** n) - 2);
      if (n < 3) continue;
      const { count, one } = read(known);
      expect([isBelow({ count, one }), isBelow({ count: count + 1n, one })]).toEqual([true, false]);
    }
  });

  it('have three thousand digits of the integer root right at n = 12', () => {
    const { known = '', digits } = evaluate(12);
    expect(digits).toBeGreaterThanOrEqual(3_134);
    const root = squareRoot(2n * 10n ** 6_400n).toString();
    expect(known.replace('.', '')).toBe(root.slice(0, digits ?? 0));
  });

  it('are made from the state at their n alone, within the domain', () => {
    expect(() => series.evaluate(state(5), 6)).toThrow('no state over [0, 6)');
    for (const n of [0, 1.5, series.termsMax + 1])
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    expect(() => series.partial(0, series.termsMax + 1)).toThrow(RangeError);
    expect(series.exhausted(series.termsMax - 1)).toBeNull();
    expect(series.exhausted(series.termsMax)).toContain(`n = ${series.termsMax}`);
  });
});
