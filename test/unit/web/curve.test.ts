/** What the plot is drawn from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsWithin, drawn, extended, forgets, measureOf, recalled } from '../../../web/model/curve.js';
import { rangeAround, ticksWithin } from '../../../web/model/ticks.js';

type Points = ReturnType<typeof extended>;
const point = (n: number, width: number, digits: number | null = null) => ({ n, width, digits });

describe('the curve', () => {
  it('stays sparse, rises in n, and ends with the newest point', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 400 }),
        (steps) => {
          let points: Points = [];
          let n = 0;
          for (const step of steps) {
            n += step;
            points = extended(points, point(n, 1 / n));
          }
          const [ns] = drawn(points, 'width', 1).columns;
          expect(ns.at(-1)).toBe(n);
          expect(ns).toEqual([...new Set(ns)].toSorted((a, b) => a - b));
          expect(ns.length).toBeLessThanOrEqual(Math.ceil(Math.log10(n + 1) + 1) * 48 + 2);
        },
      ),
    );
  });

  it('begins anew with a run that does, and has no place for what is not known', () => {
    const points = extended(extended([], point(100, 0.5)), point(200, 0.25));
    expect(extended(points, point(4, 1))).toEqual([point(4, 1)]);
    expect(extended(points, point(300, 0))).toBe(points);
    expect(extended(points, point(300, 0, 0))).toBe(points);
  });

  it('is of widths while texts of 60 digits show them, and of digits beyond', () => {
    expect([null, 0, 50, 51, 1_000_000].map(measureOf)).toEqual([
      'width',
      'width',
      'width',
      'digits',
      'digits',
    ]);
  });

  it('leaves out of the run’s memory what no double can say, and says that it does', () => {
    const curve: [number, number][] = [
      [16, 1e-22],
      [64, 1e-300],
      [256, 5e-324],
    ];
    expect(recalled(curve, [])).toEqual([point(16, 1e-22), point(64, 1e-300)]);
    expect([forgets(curve), forgets(curve.slice(0, 2))]).toEqual([true, false]);
  });

  it('puts what has been seen here among what the run remembers, and believes what has been seen', () => {
    const seen = [point(16, 0, 23), point(900, 0, 1_200)];
    const points = recalled(
      [
        [4, 1e-5],
        [16, 1e-22],
        [64, 1e-90],
      ],
      seen,
    );
    expect(points).toEqual([point(4, 1e-5), point(16, 0, 23), point(64, 1e-90), point(900, 0, 1_200)]);
    expect(recalled([], points)).toEqual(points);
  });

  it('reads digits off a width where they were not counted, never fewer than there are, and says so', () => {
    const counted = extended([], point(16, 0, 23));
    expect(drawn(counted, 'digits', Math.PI)).toEqual({ columns: [[16], [23]], inferred: false });
    const remembered = recalled([[64, 1.5e-90]], counted);
    expect(drawn(remembered, 'digits', Math.PI)).toEqual({
      columns: [
        [16, 64],
        [23, 90],
      ],
      inferred: true,
    });
    expect(drawn(remembered, 'width', Math.PI).columns).toEqual([[64], [1.5e-90]]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 1, max: 10 ** 9 }), (a, width) => {
        const [low, high] = [String(a), String(a + width)];
        let shared = 0;
        while (low.length === high.length && shared < low.length && low[shared] === high[shared]) shared += 1;
        expect(digitsWithin(width, a)).toBeGreaterThanOrEqual(shared);
      }),
    );
  });
});

describe('the axes', () => {
  it('are marked at powers of ten, fewer on a long axis, and between them on a short one', () => {
    expect(ticksWithin(-3.2, 2.5)).toEqual([-3, -2, -1, 0, 1, 2]);
    expect(ticksWithin(-28.4, -10.9)).toEqual([-28, -26, -24, -22, -20, -18, -16, -14, -12]);
    expect(ticksWithin(4.9, 5.8).map((tick) => Math.round(10 ** tick))).toEqual([100_000, 200_000, 500_000]);
    expect(ticksWithin(0, 0)).toEqual([]);
  });

  it('have a few marks wherever a curve may be, and nothing outside', () => {
    const end = fc.double({ min: -330, max: 20, noNaN: true });
    const span = fc.double({ min: 0.9, max: 330, noNaN: true });
    fc.assert(
      fc.property(end, span, (low, wide) => {
        const ticks = ticksWithin(low, low + wide);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(10);
        expect(ticks.every((tick) => tick > low - 1e-9 && tick < low + wide + 1e-9)).toBe(true);
      }),
    );
  });

  it('have room around a single point, and are empty without any', () => {
    expect(rangeAround(4, 4, 0)).toEqual([3.5, 4.5]);
    expect(rangeAround(2, 4, 0.05)).toEqual([1.9, 4.1]);
    expect(rangeAround(null, null, 0)).toEqual([0, 0]);
  });
});
