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

/** Read from memory once before a loop, for the reason that two-bin.ts tells. */
const NUMBERS = memory.data<f64>([1, 2, 3, 4, 134217729]);
const ONE: usize = NUMBERS;
/** What k rises by from one vector to the next; twice that for Catalan's, which is made from odd numbers. */
const TWO: usize = NUMBERS + 8;
const FOUR: usize = NUMBERS + 24;
/** The exponent of the cube, by which an error in 1/k enters 1/k³. */
const THREE: usize = NUMBERS + 16;
/** Veltkamp's 2^27 + 1. */
const SPLITTER: usize = NUMBERS + 32;

/** Σ T(term) over indices [from, from + count): leaves the sum in binFirst, binSecond, binThird. */
export function nilakanthaTerms(from: f64, count: i32): void { sum(NILAKANTHA, from, count); }
export function zeta3Terms(from: f64, count: i32): void { sum(ZETA3, from, count); }
export function catalanTerms(from: f64, count: i32): void { sum(CATALAN, from, count); }
export function gammaTerms(from: f64, count: i32): void { sum(GAMMA, from, count); }

/** The lower part of the last two terms: what a term's function leaves here beside the upper one that it returns. */
let termLow: v128 = i64x2.splat(0);

/** `kind` is a constant wherever this is inlined. */
@inline function sum(kind: i32, from: f64, count: i32): void {
  const alternates = kind == NILAKANTHA || kind == CATALAN;
  const one = v128.load64_splat(ONE);
  const three = v128.load64_splat(THREE);
  const splitter = v128.load64_splat(SPLITTER);
  const M1 = m1();
  const M2 = m2();
  const M3 = m3();
  // What the terms are made from: index + 1, or 2 · index + 1 for Catalan's.
  const distance = v128.load64_splat(kind == CATALAN ? FOUR : TWO);
  const start: f64 = kind == CATALAN ? 2 * from + 1 : from + 1;
  let k = f64x2.replace_lane(f64x2.splat(start), 1, start + (kind == CATALAN ? 2 : 1));
  // 1 or -1 where signs alternate; 0 voids the lane behind an odd last term.
  const sign: f64 = alternates && (from as i64) & 1 ? -1 : 1;
  let weight = f64x2.replace_lane(f64x2.splat(sign), 1, alternates ? -sign : 1);

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
    // Nilakantha's divisor is no such simple number.
    let ahead = kind == NILAKANTHA ? one : f64x2.div(one, k);
    for (let step = 0; step < steps; step++) {
      let high: v128;
      if (kind == NILAKANTHA) {
        high = nilakanthaTerm(k, one, splitter);
      } else {
        const q = ahead;
        ahead = f64x2.div(one, f64x2.add(k, distance));
        if (kind == ZETA3) high = zeta3Term(k, q, one, three, splitter);
        else if (kind == CATALAN) high = catalanTerm(k, q, one, splitter);
        else high = gammaTerm(k, q, one, splitter);
      }
      high = f64x2.mul(high, weight);
      const low = f64x2.mul(termLow, weight);

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

/** 1 / (k(k + 1)(2k + 1)). */
@inline function nilakanthaTerm(k: v128, one: v128, splitter: v128): v128 {
  const next = f64x2.add(k, one);
  const odd = f64x2.add(f64x2.add(k, k), one);
  const p = f64x2.mul(k, next);
  const pLow = productError(k, next, p, splitter);
  const d = f64x2.mul(p, odd);
  const dLow = f64x2.add(productError(p, odd, d, splitter), f64x2.mul(pLow, odd));
  const q = f64x2.div(one, d);
  const excess = f64x2.add(productError(q, d, one, splitter), f64x2.mul(q, dLow));
  termLow = f64x2.neg(f64x2.mul(excess, q));
  return q;
}

/** 1/k³ from q, the double nearest to 1/k. */
@inline function zeta3Term(k: v128, q: v128, one: v128, three: v128, splitter: v128): v128 {
  const error = productError(q, k, one, splitter);
  const p = f64x2.mul(q, q);
  const pLow = productError(q, q, p, splitter);
  const c = f64x2.mul(p, q);
  const cLow = f64x2.add(productError(p, q, c, splitter), f64x2.mul(pLow, q));
  termLow = f64x2.sub(cLow, f64x2.mul(f64x2.mul(three, error), c));
  return c;
}

/** 1/d² from q, the double nearest to 1/d. */
@inline function catalanTerm(d: v128, q: v128, one: v128, splitter: v128): v128 {
  const error = productError(q, d, one, splitter);
  const p = f64x2.mul(q, q);
  termLow = f64x2.sub(productError(q, q, p, splitter), f64x2.mul(f64x2.add(error, error), p));
  return p;
}

/** 1/k from q, the double nearest to it. */
@inline function gammaTerm(k: v128, q: v128, one: v128, splitter: v128): v128 {
  termLow = f64x2.neg(f64x2.mul(productError(q, k, one, splitter), q));
  return q;
}

/** The upper half of a double: a multiple of 2^27 of its units. */
@inline function upperHalf(x: v128, splitter: v128): v128 {
  const shifted = f64x2.mul(x, splitter);
  return f64x2.sub(shifted, f64x2.sub(shifted, x));
}

/** a · b − p. */
@inline function productError(a: v128, b: v128, p: v128, splitter: v128): v128 {
  const aHigh = upperHalf(a, splitter);
  const aLow = f64x2.sub(a, aHigh);
  const bHigh = upperHalf(b, splitter);
  const bLow = f64x2.sub(b, bHigh);
  const most = f64x2.add(f64x2.sub(f64x2.mul(aHigh, bHigh), p), f64x2.mul(aHigh, bLow));
  return f64x2.add(f64x2.add(most, f64x2.mul(aLow, bHigh)), f64x2.mul(aLow, bLow));
}
