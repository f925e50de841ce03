/**
 * What series of rational terms with rational ratios share: exact triples of ranges by binary splitting, and
 * figures at a precision that grows with what n terms are worth, so that all n of a run together cost little more
 * than its last ones.
 */
import type { Figures } from '../protocols/ports/figures.ts';
import { extended } from './arithmetic/enclosure.ts';
import { bitLength, divideUp } from './arithmetic/integer.ts';
import { inverseRoot } from './arithmetic/inverse-root.ts';
import { preciseBinaryFigures } from './arithmetic/precise.ts';
import { type Quotient, quotientOf } from './arithmetic/quotient.ts';
import { type Factors, split } from './binary-splitting.ts';
import type { SeriesArithmetic } from './definition.ts';
import { atSizeLimit, endsAt } from './exhaustion.ts';
import { textsOf } from './monoids/monoid.ts';
import { type Triple, triples } from './monoids/triples.ts';
import { checkRange, checkTerms } from './preconditions.ts';

export type Fraction = readonly [numerator: bigint, denominator: bigint];

export interface HypergeometricShape {
  readonly termsMax: number;
  /**
   * Term i of the sum S is a(i) · p(0)…p(i) / (q(0)…q(i)), i = 0 … termsMax; a > 0, q > 0. Every partial sum is at least
   * 1/4; and where there is a radicand, between 1 and 2^25.
   */
  factors(index: number): Factors;
  /** The whole sum less that of n terms lies between 0 and this ≥ 1 times term n, whatever its sign. */
  remainder(n: number): Fraction;
  /** The limit is factor · S, or factor · √radicand / S. */
  readonly factor: Fraction;
  readonly radicand?: bigint;
}

export function hypergeometric(shape: HypergeometricShape): SeriesArithmetic {
  const { termsMax } = shape;
  return {
    kernel: null,
    order: 'adjacent',
    heavy: true,
    grain: 1,
    termsMax,
    ...textsOf(triples),
    partial: (from, to) => partial(shape, from, to),
    evaluate: (state, n) => evaluate(shape, state, n),
    // Nothing is rounded before figures are made, and those with bits to spare: only the length of its integers ends it.
    exhausted: endsAt(termsMax, atSizeLimit),
  };
}

function partial({ factors, termsMax }: HypergeometricShape, from: number, to: number): string {
  checkRange(from, to, 1, termsMax);
  return triples.encode(from === to ? triples.empty : split(factors, from, to));
}

/** Bits of figures beyond what n terms are worth, and the least there are: 60 digits of any estimate are shown. */
const BITS_BEYOND = 64;
const BITS_LEAST = 264;

/** Bits that operands have beyond those of the figures. */
const GUARD = 64;

/**
 * What S_n leaves open lies on the side that the first omitted term points to; what arithmetic leaves open, on both.
 */
function evaluate(shape: HypergeometricShape, state: string, n: number): Figures {
  checkTerms(n, shape.termsMax);
  const triple = triples.decode(state);
  const share = omittedShare(shape, triple, n);
  const bits = Math.max(BITS_LEAST, BITS_BEYOND - magnitude(share));
  const { near, lower, upper } = limitBySum(shape, triple, bits);
  const omitted = shareOf(upper, share);
  // A positive term makes S greater, and with it factor · S, but factor · √radicand / S less.
  const isAbove = share.isPositive === (shape.radicand === undefined);
  return preciseBinaryFigures({ bits, estimate: near, ...extended({ lower, upper }, omitted, isAbove) });
}

/** How a limit comes from a sum. */
export type Relation = Pick<HypergeometricShape, 'factor' | 'radicand'>;

/** What the limit would be were T/Q the whole sum: two bounds and a number near it, in units of 2^-bits. */
export function limitBySum(relation: Relation, triple: Triple, bits: number): Quotient {
  const { factor, radicand } = relation;
  return radicand === undefined ? direct(factor, triple, bits) : inverse(factor, radicand, triple, bits);
}

/**
 * factor · T/Q in units of 2^-bits. Cut by the same number of bits, which leaves bits + 64 to Q and at most 2 less to T,
 * they are off by less than 2^(3−bits−64) of themselves, which is less than 2^-50 units of a limit below 64.
 */
function direct([above, below]: Fraction, { q, t }: Triple, bits: number): Quotient {
  const cut = BigInt(Math.max(0, bitLength(q) - bits - GUARD));
  const quotient = quotientOf(((t >> cut) * above) << BigInt(bits), (q >> cut) * below);
  return cut === 0n ? quotient : widened(quotient, 1n);
}

/**
 * factor · √radicand · Q/T in units of 2^-bits, with √radicand = radicand/√radicand. The inverse root is off by at
 * most 2^(9−bits−64) of itself, T and Q, which are left bits + 64 bits and at most 26 less, by less than
 * 2^(27−bits−64): less than 2^-30 units of a limit below 4. The 64 bits that the dividend loses are less than 1 unit.
 */
function inverse([above, below]: Fraction, radicand: bigint, { q, t }: Triple, bits: number): Quotient {
  const cut = BigInt(Math.max(0, bitLength(t) - bits - GUARD));
  const dividend = inverseRoot(radicand, bits + GUARD) * (q >> cut) * (above * radicand);
  return widened(quotientOf(dividend >> BigInt(GUARD), (t >> cut) * below), 2n);
}

function widened({ near, lower, upper }: Quotient, units: bigint): Quotient {
  return { near, lower: lower - units, upper: upper + units };
}

/** An upper bound above / below · 2^exponent, its operands short, and the sign of what it bounds. */
interface Share {
  readonly above: bigint;
  readonly below: bigint;
  readonly exponent: number;
  readonly isPositive: boolean;
}

/** Bits of an operand that bounds are made of: more than the least of figures, so that few terms have exact ones. */
const LEADING = 320;

/**
 * How much of S_n the remainder is at most: |remainder| / S_n = f · |P·p·a| / (T·q), term n over S_n, for Q cancels; f
 * is the shape's `remainder`. An inverse goes from g(S) to g(S + r) = g(S) / (1 + r/S), by at most |r/S| / (1 − |r/S|)
 * of itself, which is less than (1 + 2^-19) |r/S| where that is below 2^-20, as it is for both series that are
 * inverted, from n = 1 on.
 */
function omittedShare(shape: HypergeometricShape, { p, t }: Triple, n: number): Share {
  const next = shape.factors(n);
  const [above, below] = shape.remainder(n);
  const [high, low] = [leading(p < 0n ? -p : p), leading(t)];
  const size = (next.p < 0n ? -next.p : next.p) * next.a;
  const [enlarged, whole] = shape.radicand === undefined ? [1n, 1n] : [(1n << 19n) + 1n, 1n << 19n];
  return {
    above: high.up * size * above * enlarged,
    below: low.down * next.q * below * whole,
    exponent: high.cut - low.cut,
    isPositive: p < 0n === next.p < 0n,
  };
}

/** ⌈x · share⌉, or a little more where x is long; x > 0. */
function shareOf(x: bigint, { above, below, exponent }: Share): bigint {
  const { up, cut } = leading(x);
  const power = exponent + cut;
  return power >= 0
    ? divideUp((up * above) << BigInt(power), below)
    : divideUp(up * above, below << BigInt(-power));
}

/** About log2 of a share, not too small by more than 2. */
function magnitude({ above, below, exponent }: Share): number {
  return bitLength(above) - bitLength(below) + exponent;
}

/** down · 2^cut ≤ x ≤ up · 2^cut, both short; x itself where it is short. */
function leading(x: bigint): { readonly down: bigint; readonly up: bigint; readonly cut: number } {
  const cut = Math.max(0, bitLength(x) - LEADING);
  const down = x >> BigInt(cut);
  return { down, up: cut > 0 ? down + 1n : down, cut };
}
