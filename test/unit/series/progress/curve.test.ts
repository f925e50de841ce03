import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Curve } from '../../../../src/protocols/wire/run-view.ts';
import { addPoint } from '../../../../src/series/progress/curve.ts';

const add = (curve: Curve, n: number): Curve => addPoint(curve, [n, 1 / n]);
const steps = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 200 });

describe('addPoint', () => {
  it('keeps at most 32 points in every decade of n, n rising, the newest always', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: 1, max: 1.5, noNaN: true }), (plus, factor) => {
        let [curve, n]: [Curve, number] = [[], 0];
        for (const step of plus) {
          n = Math.min(2 ** 50, Math.floor(n * factor) + step);
          curve = add(curve, n);
          expect(curve.at(-1)).toEqual([n, 1 / n]);
        }
        const decades = Map.groupBy(curve, ([at]) => String(at).length);
        for (const points of decades.values()) expect(points.length).toBeLessThanOrEqual(32);
        for (const [index, [at]] of curve.entries()) expect(at).toBeGreaterThan(curve[index - 1]?.[0] ?? 0);
      }),
    );
  });

  it('fills a decade that is walked through with 31 points and the newest', () => {
    let curve: Curve = [];
    for (let n = 100_000; n < 1_000_000; n += 997) curve = add(curve, n);
    expect(curve).toHaveLength(32);
  });

  it('never moves or takes back a point once it has been followed by one of another slot', () => {
    let curve: Curve = [];
    let kept: Curve = [];
    for (let n = 1; n < 100_000; n += 7) {
      curve = add(curve, n);
      const settled = curve.slice(0, -2);
      expect(settled.slice(0, kept.length)).toEqual(kept);
      kept = settled;
    }
  });

  it('knows the edge of every decade', () => {
    for (let decade = 10; decade <= 10 ** 15; decade *= 10) {
      const curve = add(add(add([], decade - 1), decade), decade + decade);
      expect(curve.map(([n]) => n)).toEqual([decade - 1, decade, 2 * decade]);
    }
  });

  it('takes the newer of two points at one n and refuses to go back', () => {
    expect(addPoint([[5, 1]], [5, 2])).toEqual([[5, 2]]);
    expect(() => addPoint([[5, 1]], [4, 1])).toThrow(RangeError);
  });
});
