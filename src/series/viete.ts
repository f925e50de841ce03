/**
 * Viète's product 2/π = ½√2 · ½√(2 + √2) · …, the first formula for π without an end. Every factor is made from the one
 * before, so a run goes on from a state: the last root and the product so far, both enclosed.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { divideDown, divideUp, rootDown, shiftDown, shiftUp } from './arithmetic/integer.ts';
import { preciseFigures } from './arithmetic/precise.ts';
import type { SeriesDefinition } from './definition.ts';
import { atSizeLimit, endsAt } from './exhaustion.ts';
import { PI } from './limits.ts';
import { latest } from './monoids/latest.ts';
import { textsOf } from './monoids/monoid.ts';
import { checkRange, checkTerms } from './preconditions.ts';
import { tierEnd } from './tiers.ts';

/** 9,865 digits; the whole run takes about ten seconds, and the last tier half of that to begin. */
const TERMS_MAX = 2 ** 13;

/** The last n of the first tier of precision. */
const FIRST_TIER = 256;
/** Bits of a tier beyond the two that each of its terms gives; the product's ends fill fewer than 20 of them. */
const GUARD = 128;

/** Decimals per term, rounded up: log10 4 = 0.60205…; beyond them; and enough for 60 digits at n = 1. */
const PLACES_PER_TERM = 0.60206;
const PLACES_BEYOND = 20;
const PLACES_LEAST = 80;

/** π³/6 = 5.1677…, rounded up, as a fraction. */
const REST = { above: 51_678n, below: 10_000n };

/** All but n and bits in units of 2^-bits. */
interface Run {
  readonly n: number;
  readonly bits: number;
  /** root ≤ a_n ≤ root + 2. */
  readonly root: bigint;
  /** lower ≤ a_1/2 · a_2/2 · … · a_n/2 ≤ upper. */
  readonly lower: bigint;
  readonly upper: bigint;
}

const monoid = latest(['n', 'bits', 'root', 'lower', 'upper'], () => null);

/** The bits of the tier that n lies in. */
export function tierBits(n: number): number {
  return 2 * tierEnd(FIRST_TIER, n) + GUARD;
}

/** Before the first term: a_0 = 0, and the product of nothing. */
function begin(bits: number): Run {
  const one = 1n << BigInt(bits);
  return { n: 0, bits, root: 0n, lower: one, upper: one };
}

/**
 * a' = √(2 + a) and the product with a'/2, rounded outwards. One root does for both ends: in units, with u = 2^bits, let
 * x = (2u + root)·u, root' = ⌊√x⌋ ≥ u. Then a'² ≤ x + 2u < (root' + 1)² + 2·root' + 3 = (root' + 2)². The product's ends
 * part by less than 3 units more a step: one for the two of a'/2, two for their own rounding.
 */
function step({ n, bits, root, lower, upper }: Run): Run {
  const unit = BigInt(bits);
  const next = rootDown(((2n << unit) + root) << unit);
  return {
    n: n + 1,
    bits,
    root: next,
    lower: shiftDown(lower * next, bits + 1),
    upper: shiftUp(upper * (next + 2n), bits + 1),
  };
}

function read(text: string): Run {
  if (text === '') return begin(tierBits(0));
  const [n, bits, root = 0n, lower = 0n, upper = 0n] = monoid.decode(text);
  return { n: Number(n), bits: Number(bits), root, lower, upper };
}

/**
 * The state over [0, to). It goes on from `before`, the state over [0, from), as long as `to` lies in its tier; beyond, it
 * begins anew at the new tier's bits, so that the state is a function of `to` alone. Throws a RangeError where `before` is
 * not that state.
 */
function partial(from: number, to: number, before = ''): string {
  checkRange(from, to, 1, TERMS_MAX);
  const start = read(before);
  if (start.n !== from || start.bits !== tierBits(from)) throw new RangeError(`no state over [0, ${from})`);
  if (from === to) return before;
  const bits = tierBits(to);
  let run = bits === start.bits ? start : begin(bits);
  while (run.n < to) run = step(run);
  return monoid.encode([BigInt(run.n), BigInt(run.bits), run.root, run.lower, run.upper]);
}

/**
 * With x = π/2^(n+1) the product is sin(π/2) / (2^n sin x) (the double angle, n times), so 2/product = 2^(n+1) sin x, and
 * x − x³/6 < sin x < x gives 0 < π − 2/product < 2^(n+1) x³/6 = (π³/6) / 4^(n+1). The product's two ends take the place of
 * the product on their sides, and the estimate is made from their middle.
 */
function evaluate(state: string, n: number): Figures {
  checkTerms(n, TERMS_MAX);
  const run = read(state);
  if (run.n !== n || run.bits !== tierBits(n)) throw new RangeError(`no state over [0, ${n})`);
  const places = Math.max(PLACES_LEAST, Math.ceil(PLACES_PER_TERM * n) + PLACES_BEYOND);
  const scale = 10n ** BigInt(places);
  const two = scale << BigInt(run.bits + 1);
  const lower = divideDown(two, run.upper);
  const upper = divideUp(two, run.lower);
  return preciseFigures({
    places,
    estimate: (lower + upper) >> 1n,
    lower,
    upper: upper + divideUp(REST.above * scale, REST.below << BigInt(2 * n + 2)),
  });
}

export const viete: SeriesDefinition = {
  id: 'viete' as SeriesId,
  aliases: [],
  title: 'Viète’s product',
  formula: '2/π = ∏ aₖ/2, a₁ = √2, aₖ₊₁ = √(2 + aₖ), k = 1, 2, 3, …',
  source: 'Viète 1593; sin x ≥ x − x³/6 for the remainder',
  start: 1,
  version: 1,
  limit: PI,
  bound: 'rigorous',
  kernel: null,
  grain: 1,
  termsMax: TERMS_MAX,
  order: 'sequential',
  heavy: true,
  ...textsOf(monoid),
  partial,
  evaluate,
  exhausted: endsAt(TERMS_MAX, atSizeLimit),
  accelerate: null,
};
