/** Figures of long numbers against the plain way: every end written out in full, every quotient taken exactly. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../../src/protocols/ports/figures.ts';
import { preciseBinaryFigures, preciseFigures } from '../../../../src/series/arithmetic/precise.ts';
import { writeDecimal } from '../../../support/oracle.ts';
import {
  atMost,
  ceil,
  floor,
  power,
  type Ratio,
  ratio,
  round,
  times,
  toDouble,
} from '../../../support/oracle-ratio.ts';

/** The figures by long division, prefixes character by character, doubles by the soft float of the oracle. */
function plainly(places: number, estimate: bigint, lower: bigint, upper: bigint): Figures {
  const [low, high] = [writeDecimal(lower, places), writeDecimal(upper, places)];
  let known = '';
  if (low.split('.')[0] === high.split('.')[0]) {
    while (known.length < low.length && low.charAt(known.length) === high.charAt(known.length))
      known += low.charAt(known.length);
  }
  const shown = Math.min(places, high.startsWith('0.') ? 60 : 60 - high.indexOf('.'));
  const cut = ratio(1n, 10n ** BigInt(places - shown));
  const below = floor(times(ratio(estimate), cut));
  const rest = estimate - below * cut.den;
  return {
    value: nearest(ratio(estimate, 10n ** BigInt(places))),
    decimal: writeDecimal(2n * rest >= cut.den ? below + 1n : below, shown),
    lower: writeDecimal(floor(times(ratio(lower), cut)), shown),
    upper: writeDecimal(ceil(times(ratio(upper), cut)), shown),
    digits: known.replace('.', '').replace(/^0+/, '').length,
    width: leastAbove(ratio(upper - lower, 10n ** BigInt(places))),
    known,
  };
}

/** The nearest double, whole units of 2^-1074 where it is subnormal. */
function nearest(x: Ratio): number {
  if (!atMost(power(-1_020), x)) return Number(round(times(x, power(1_074)))) * 2 ** -1_074;
  const { num, den } = toDouble(x);
  const bits = den.toString(2).length - 1;
  return Number(num) * 2 ** -Math.floor(bits / 2) * 2 ** -Math.ceil(bits / 2);
}

/** The least double that is no less. */
function leastAbove(x: Ratio): number {
  if (!atMost(power(-1_020), x)) return Number(ceil(times(x, power(1_074)))) * 2 ** -1_074;
  return atMost(x, toDouble(x)) ? nearest(x) : nextAbove(nearest(x));
}

function nextAbove(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}

const digits = fc.string({
  unit: fc.constantFrom('0', '9', '1', '4', '5', '8'),
  minLength: 1,
  maxLength: 140,
});
const number = digits.map((text) => BigInt(text) + 1n);
const small = fc.oneof(fc.bigInt({ min: 0n, max: 200n }), number);

describe('figures of long numbers', () => {
  it('are those of the plain way, whatever carries', () => {
    fc.assert(
      fc.property(number, small, small, fc.integer({ min: 1, max: 150 }), (lower, more, width, places) => {
        const [estimate, upper] = [lower + more, lower + width];
        expect(preciseFigures({ places, estimate, lower, upper })).toEqual(
          plainly(places, estimate, lower, upper),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('are those of the plain way when an estimate lies below its enclosure, and with very many places', () => {
    const [third, nines] = [10n ** 3_000n / 3n, 2n * 10n ** 3_000n - 7n];
    for (const [places, estimate, lower, upper] of [
      [3_000, third, third + 5n, third + 9n],
      [3_000, nines, nines, nines + 30n],
      [3_000, nines + 7n, nines - 3n, nines + 7n],
      [3_000, third, third, third + 10n ** 2_700n],
      [400, 10n ** 60n, 10n ** 60n - 1n, 10n ** 60n + 10n ** 77n],
      [1_500, 3n * 10n ** 1_499n, 3n * 10n ** 1_499n, 3n * 10n ** 1_499n],
    ] as const) {
      expect(preciseFigures({ places, estimate, lower, upper })).toEqual(
        plainly(places, estimate, lower, upper),
      );
    }
  });

  it('round a value to the nearest double from digits far behind the 60th', () => {
    // 1 + 2^-53 is a tie; the 2,000th digit decides it.
    const places = 2_000;
    const tie = 10n ** 2_000n + 10n ** 2_000n / 2n ** 53n;
    const value = (estimate: bigint) => preciseFigures({ places, estimate, lower: tie, upper: tie }).value;
    expect([value(tie - 1n), value(tie), value(tie + 1n)]).toEqual([1, 1, 1 + 2 ** -52]);
  });

  it('refuse an enclosure of nothing', () => {
    expect(() => preciseFigures({ places: 5, estimate: 5n, lower: 6n, upper: 5n })).toThrow(RangeError);
    expect(() => preciseBinaryFigures({ bits: 9, estimate: 5n, lower: 6n, upper: 5n })).toThrow(RangeError);
  });
});

describe('figures of long binary numbers', () => {
  const binary = fc.integer({ min: 4, max: 3_000 }).chain((bits) =>
    fc.record({
      bits: fc.constant(bits),
      lower: fc.bigInt({ min: 1n, max: 12n << BigInt(bits) }),
      width: fc.oneof(fc.bigInt({ min: 0n, max: 200n }), fc.bigInt({ min: 0n, max: 1n << BigInt(bits) })),
    }),
  );

  it('show the first decimals of both ends, rounded outwards, and the nearest of the estimate', () => {
    fc.assert(
      fc.property(binary, ({ bits, lower, width }) => {
        const one = 1n << BigInt(bits);
        const estimate = lower + width / 3n;
        const upper = lower + width;
        const figures = preciseBinaryFigures({ bits, estimate, lower, upper });
        const places = figures.decimal.split('.')[1]?.length ?? 0;
        const scale = ratio(10n ** BigInt(places));
        expect(figures.lower).toBe(writeDecimal(floor(times(ratio(lower, one), scale)), places));
        expect(figures.decimal).toBe(
          writeDecimal(floor(times(ratio(2n * estimate * scale.num + one, 2n), ratio(1n, one))), places),
        );
        // Up to two units beyond, or what 320 bits of the width leave out.
        const least = ceil(times(ratio(upper, one), scale));
        const said = BigInt(figures.upper?.replace('.', '') ?? '');
        expect(said >= least && said <= least + 2n + (least >> 256n)).toBe(true);
        expect(figures.value).toBe(nearest(ratio(estimate, one)));
        expect(figures.width).toBe(leastAbove(ratio(width, one)));
        const exact = writeDecimal(floor(times(ratio(lower, one), ratio(10n ** 1_000n))), 1_000);
        expect(exact.startsWith(figures.known ?? '?')).toBe(true);
        expect(figures.digits).toBe((figures.known ?? '').replace('.', '').replace(/^0+/, '').length);
      }),
      { numRuns: 500 },
    );
  });

  it('show exact ends as they are', () => {
    const figures = preciseBinaryFigures({
      bits: 300,
      estimate: 5n << 299n,
      lower: 5n << 298n,
      upper: 5n << 300n,
    });
    expect(figures).toMatchObject({
      value: 2.5,
      lower: `1.25${'0'.repeat(57)}`,
      upper: `5.${'0'.repeat(59)}`,
    });
  });

  it('know nearly all decimals that the width leaves', () => {
    const bits = 20_000;
    const lower = (31n << BigInt(bits)) / 7n;
    const { known, digits } = preciseBinaryFigures({
      bits,
      estimate: lower,
      lower,
      upper: lower + (1n << 64n),
    });
    expect(digits).toBeGreaterThan(Math.floor((bits - 64) * 0.30103) - 3);
    expect(known).toBe(writeDecimal((31n * 10n ** 7_000n) / 7n, 7_000).slice(0, known?.length));
  });
});
