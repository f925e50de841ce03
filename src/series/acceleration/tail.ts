/**
 * What is missing after n terms, from its asymptotic expansion: a few more terms in powers of 1/n give more digits than
 * millions of the series' own. The expansions diverge, but envelop (Pólya & Szegő, Problems and Theorems in Analysis I,
 * part I, on enveloping series): what is left out after any of their terms has the sign of the next one and is smaller. So the
 * enclosure is rigorous wherever one stops. Everything is in integers at 2^-256, rounded outwards.
 */
import type { Accelerated } from '../../protocols/wire/estimate.ts';
import { commonDigits, decimalText } from '../arithmetic/decimal.ts';
import type { Ends } from '../arithmetic/enclosure.ts';
import { shiftDown, shiftUp } from '../arithmetic/integer.ts';
import { checkTerms } from '../preconditions.ts';
import { added, enclose, FRACTION_BITS, magnitude, ONE } from './fixed-point.ts';
import { INDEX_MAX, type Ratio } from './numbers.ts';

/** Terms of the series that are summed, at most. */
export const TERMS_MAX = 4_096;

/** A series as its tail sees it: transform(head(n) + Σ term(n, j) over j = 0, 1, …) = limit, 1 ≤ n ≤ TERMS_MAX. */
export interface Expansion {
  /** Encloses the sum of the first n terms, and what else does not belong to the expansion. */
  readonly head: (n: number) => Ends;
  /** The expansion's terms, alternating in sign and enveloping from j = 0 on; 0 ≤ j ≤ ORDER_MAX. */
  readonly term: (n: number, j: number) => Ratio;
  /** A monotone function, rounded outwards; identity where there is none. */
  readonly transform?: (limit: Ends) => Ends;
  /** Decimals of 60 significant digits of the limit. */
  readonly places: number;
}

/** The last term that any expansion can give: Bernoulli's begin at B_2 or later, Euler's at E_2 at the latest. */
export const ORDER_MAX = INDEX_MAX / 2 - 1;

/** Encloses the limit by `order` terms of the expansion and the first one that is left out; order ≤ ORDER_MAX. */
export function enclosedBy({ head, term, transform }: Expansion, n: number, order: number): Ends {
  let sum = head(n);
  for (let j = 0; j < order; j += 1) sum = added(sum, enclose(term(n, j)));
  const omitted = enclose(term(n, order));
  const limit = {
    lower: omitted.lower < 0n ? sum.lower + omitted.lower : sum.lower,
    upper: omitted.upper > 0n ? sum.upper + omitted.upper : sum.upper,
  };
  return transform === undefined ? limit : transform(limit);
}

/** How many terms are worth taking: all before the smallest, in units of the fixed point; a function of n alone. */
export function bestOrder({ term }: Expansion, n: number): number {
  let size = magnitude(term(n, 0));
  for (let order = 0; order < ORDER_MAX; order += 1) {
    const next = magnitude(term(n, order + 1));
    if (next >= size) return order;
    size = next;
  }
  return ORDER_MAX;
}

/**
 * `accelerate` of a series: the figures from its first min(n, TERMS_MAX) terms, n ≥ 1. The estimate is the middle of the
 * enclosure. Costs half a millisecond at the most once it is compiled, and nothing from the second time at n ≥ TERMS_MAX
 * on, where a sprinting run asks again and again: the same frozen answer is given.
 */
export function accelerator(expansion: Expansion): (n: number) => Accelerated {
  let longest: Accelerated | null = null;
  return (n) => {
    checkTerms(n, Number.MAX_SAFE_INTEGER);
    if (n < TERMS_MAX) return accelerated(expansion, n);
    longest ??= Object.freeze(accelerated(expansion, TERMS_MAX));
    return longest;
  };
}

function accelerated(expansion: Expansion, terms: number): Accelerated {
  const { places } = expansion;
  const { lower, upper } = enclosedBy(expansion, terms, bestOrder(expansion, terms));
  const scale = 10n ** BigInt(places);
  const low = decimalText(shiftDown(lower * scale, FRACTION_BITS), places);
  const high = decimalText(shiftUp(upper * scale, FRACTION_BITS), places);
  return {
    terms,
    decimal: decimalText(shiftDown((lower + upper) * scale + ONE, FRACTION_BITS + 1), places),
    lower: low,
    upper: high,
    digits: commonDigits(low, high),
  };
}
