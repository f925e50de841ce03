/**
 * Binary splitting of hypergeometric series (Haible & Papanikolaou, Fast multiprecision evaluation of series of
 * rational numbers, 1998): for terms a(k)·Π p(i)/q(i), a range is P = Π p, Q = Π q and the T for which T/Q is its
 * sum, counted from its own first factor. Nothing is reduced, so that P, Q, T are functions of the range alone,
 * whatever the tree of merges.
 */
import { decodeIntegers, encodeIntegers } from './integer-text.ts';
import type { Monoid } from './monoid.ts';

export interface Triple {
  readonly p: bigint;
  readonly q: bigint;
  readonly t: bigint;
}

/**
 * The terms of b stand behind the factors of a: T/Q = T₁/Q₁ + P₁/Q₁ · T₂/Q₂ over the common denominator Q₁·Q₂.
 * Associative: either grouping of three is P₁P₂P₃, Q₁Q₂Q₃, T₁Q₂Q₃ + P₁T₂Q₃ + P₁P₂T₃. Order matters.
 */
export const triples: Monoid<Triple> = {
  empty: { p: 1n, q: 1n, t: 0n },
  merge: (a, b) => ({ p: a.p * b.p, q: a.q * b.q, t: a.t * b.q + a.p * b.t }),
  encode: ({ p, q, t }) => encodeIntegers([p, q, t]),
  decode(text) {
    const [p = 0n, q = 0n, t = 0n] = decodeIntegers(text, 3);
    return { p, q, t };
  },
  describe: ({ p, q, t }) => ({
    monoid: 'triple',
    values: { p: String(p), q: String(q), t: String(t) },
    scale: null,
    decimal: null,
  }),
};
