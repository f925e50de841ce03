/**
 * Three-bin sums of double-double terms, two terms by one instruction. The terms are those of the series' definitions
 * (nilakantha.ts, zeta3.ts, catalan.ts, gamma.ts), and the arithmetic that of series/arithmetic/double-double.ts, operation
 * for operation; but for signs, which are exact wherever they are applied.
 */
import { clear, flush, m1, m2, m3, PAIR_FLUSH_STEPS } from './three-bin';

export { binFirst, binSecond, binThird } from './three-bin';

const NILAKANTHA: i32 = 0;
const ZETA3: i32 = 1;
const CATALAN: i32 = 2;
const GAMMA: i32 = 3;

/** 1, 2, 3, 4, and Veltkamp's 2^27 + 1 */
const NUMBERS = memory.data<f64>([1, 2, 3, 4, 134217729]);

/** Σ T(term) over indices [from, from + count): leaves the sum in binFirst, binSecond, binThird. */
export function nilakanthaTerms(from: f64, count: i32): void { sum(NILAKANTHA, from, count); }
export function zeta3Terms(from: f64, count: i32): void { sum(ZETA3, from, count); }
export function catalanTerms(from: f64, count: i32): void { sum(CATALAN, from, count); }
export function gammaTerms(from: f64, count: i32): void { sum(GAMMA, from, count); }

/** `kind` is a constant wherever this is inlined. */
// @ts-ignore: decorator
@inline function sum(kind: i32, from: f64, count: i32): void {
  const one = v128.load64_splat(NUMBERS);
  const two = v128.load64_splat(NUMBERS + 8);
  const three = v128.load64_splat(NUMBERS + 16);
  const splitter = v128.load64_splat(NUMBERS + 32);
  const M1 = m1();
  const M2 = m2();
  const M3 = m3();
  // What the terms are made from: index + 1, or 2 · index + 1 for Catalan's.
  const distance = v128.load64_splat(kind == CATALAN ? NUMBERS + 24 : NUMBERS + 8);
  const start: f64 = kind == CATALAN ? 2 * from + 1 : from + 1;
  let k = f64x2.replace_lane(f64x2.splat(start), 1, start + (kind == CATALAN ? 2 : 1));
  // 1 or -1 where signs alternate; 0 voids the lane behind an odd last term.
  const sign: f64 = kind == ZETA3 || kind == GAMMA || !((from as i64) & 1) ? 1 : -1;
  let weight = f64x2.replace_lane(f64x2.splat(sign), 1, kind == ZETA3 || kind == GAMMA ? 1 : -sign);

  clear();
  let whole = count >> 1;
  let odd = count & 1;
  while (whole + odd > 0) {
    const steps = whole > 0 ? min(whole, PAIR_FLUSH_STEPS) : 1;
    if (whole == 0) {
      weight = f64x2.replace_lane(weight, 1, 0);
      odd = 0;
    } else {
      whole -= steps;
    }
    let a = i64x2.splat(0);
    let b = i64x2.splat(0);
    let c = i64x2.splat(0);
    // Divided one round ahead: what follows a quotient is a chain of operations longer than a processor looks forward.
    let ahead = f64x2.div(one, k);
    for (let step = 0; step < steps; step++) {
      let high: v128;
      let low: v128;
      if (kind == NILAKANTHA) {
        const next = f64x2.add(k, one);
        const x = f64x2.add(f64x2.add(k, k), one);
        const kHigh = upperHalf(k, splitter);
        const nextHigh = upperHalf(next, splitter);
        const p = f64x2.mul(k, next);
        const pLow = productError(kHigh, f64x2.sub(k, kHigh), nextHigh, f64x2.sub(next, nextHigh), p);
        const pHalf = upperHalf(p, splitter);
        const xHalf = upperHalf(x, splitter);
        const d = f64x2.mul(p, x);
        const dError = productError(pHalf, f64x2.sub(p, pHalf), xHalf, f64x2.sub(x, xHalf), d);
        const dLow = f64x2.add(dError, f64x2.mul(pLow, x));
        const q = f64x2.div(one, d);
        const qHalf = upperHalf(q, splitter);
        const dHalf = upperHalf(d, splitter);
        const error = productError(qHalf, f64x2.sub(q, qHalf), dHalf, f64x2.sub(d, dHalf), one);
        const excess = f64x2.add(error, f64x2.mul(q, dLow));
        high = q;
        low = f64x2.neg(f64x2.mul(excess, q));
      } else {
        const q = ahead;
        ahead = f64x2.div(one, f64x2.add(k, distance));
        const qHigh = upperHalf(q, splitter);
        const qLow = f64x2.sub(q, qHigh);
        const kHigh = upperHalf(k, splitter);
        const error = productError(qHigh, qLow, kHigh, f64x2.sub(k, kHigh), one);
        if (kind == GAMMA) {
          high = q;
          low = f64x2.neg(f64x2.mul(error, q));
        } else {
          const p = f64x2.mul(q, q);
          const pLow = productError(qHigh, qLow, qHigh, qLow, p);
          if (kind == CATALAN) {
            high = p;
            low = f64x2.sub(pLow, f64x2.mul(f64x2.mul(two, error), p));
          } else {
            const pHigh = upperHalf(p, splitter);
            high = f64x2.mul(p, q);
            const cLow = productError(pHigh, f64x2.sub(p, pHigh), qHigh, qLow, high);
            const sumLow = f64x2.add(cLow, f64x2.mul(pLow, q));
            low = f64x2.sub(sumLow, f64x2.mul(f64x2.mul(three, error), high));
          }
        }
      }
      high = f64x2.mul(high, weight);
      low = f64x2.mul(low, weight);

      const s1 = f64x2.add(high, M1);
      a = i64x2.add(a, s1);
      const r1 = f64x2.sub(high, f64x2.sub(s1, M1));
      const s2 = f64x2.add(r1, M2);
      b = i64x2.add(b, s2);
      c = i64x2.add(c, f64x2.add(f64x2.sub(r1, f64x2.sub(s2, M2)), M3));
      const t2 = f64x2.add(low, M2);
      b = i64x2.add(b, t2);
      c = i64x2.add(c, f64x2.add(f64x2.sub(low, f64x2.sub(t2, M2)), M3));
      k = f64x2.add(k, distance);
    }
    flush(a, b, c, steps);
  }
}

/** The upper half of a double: a multiple of 2^27 of its units. */
// @ts-ignore: decorator
@inline function upperHalf(x: v128, splitter: v128): v128 {
  const shifted = f64x2.mul(x, splitter);
  return f64x2.sub(shifted, f64x2.sub(shifted, x));
}

/** a · b − p from the halves of a and b. */
// @ts-ignore: decorator
@inline function productError(aHigh: v128, aLow: v128, bHigh: v128, bLow: v128, p: v128): v128 {
  const most = f64x2.add(f64x2.sub(f64x2.mul(aHigh, bHigh), p), f64x2.mul(aHigh, bLow));
  return f64x2.add(f64x2.add(most, f64x2.mul(aLow, bHigh)), f64x2.mul(aLow, bLow));
}
