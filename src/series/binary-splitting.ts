/**
 * The triple of a range of a hypergeometric series, from nothing: halves are merged upwards, so that most of the
 * work is done by few long products. Two things make it faster than merging single terms; neither changes a bit of
 * the result.
 */
import type { Triple } from './monoids/triples.ts';

/** What term i adds: the factor p/q between its predecessor's product and its own, and its coefficient a. */
export interface Factors {
  readonly p: bigint;
  readonly q: bigint;
  readonly a: bigint;
}

/** Terms up to which one after the other is as fast as halving: products by numbers of one or two machine words. */
const BLOCK = 16;

/** A triple whose q is odd · 2^twos: the powers of two, up to a fifth of all bits, need no multiplying. */
interface Part {
  readonly p: bigint;
  readonly odd: bigint;
  readonly twos: bigint;
  readonly t: bigint;
}

/** The triple over terms [from, to), that is over at least one; all q > 0. */
export function split(factors: (index: number) => Factors, from: number, to: number): Triple {
  const { p, odd, twos, t } = halves(factors, from, to);
  return { p, q: odd << twos, t };
}

function halves(factors: (index: number) => Factors, from: number, to: number): Part {
  if (to - from <= BLOCK) return block(factors, from, to);
  const middle = Math.floor((from + to) / 2);
  const a = halves(factors, from, middle);
  const b = halves(factors, middle, to);
  return {
    p: a.p * b.p,
    odd: a.odd * b.odd,
    twos: a.twos + b.twos,
    t: ((a.t * b.odd) << b.twos) + a.p * b.t,
  };
}

function block(factors: (index: number) => Factors, from: number, to: number): Part {
  let [p, q, t] = [1n, 1n, 0n];
  for (let index = from; index < to; index += 1) {
    const term = factors(index);
    p *= term.p;
    t = t * term.q + p * term.a;
    q *= term.q;
  }
  const twos = trailingZeros(q);
  return { p, odd: q >> twos, twos, t };
}

/** The greatest k for which 2^k divides x > 0. */
function trailingZeros(x: bigint): bigint {
  return BigInt((x & -x).toString(2).length - 1);
}
