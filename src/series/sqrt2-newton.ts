/**
 * √2 by Newton's iteration x ← (x + 2/x) / 2, known to the Babylonians: every step doubles the digits, and 2/x is a lower
 * end for free. Its precision doubles with its steps, so that all of them together cost little more than the last.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { divideDown, divideUp, shiftDown, shiftUp } from './arithmetic/integer.ts';
import { preciseFigures } from './arithmetic/precise.ts';
import type { SeriesDefinition } from './definition.ts';
import { atSizeLimit, endsAt } from './exhaustion.ts';
import { SQRT_2 } from './limits.ts';
import { latest } from './monoids/latest.ts';
import { textsOf } from './monoids/monoid.ts';
import { cutOff } from './monoids/sums.ts';
import { checkRange, checkTerms } from './preconditions.ts';

/** 200,684 digits: a state of 167 kB, figures within a quarter of a second. */
const TERMS_MAX = 18;

/**
 * From x_0 = 1, (x_n − √2)/(x_n + √2) = ((1 − √2)/(1 + √2))^(2^n) in exact arithmetic, up to a sign: 2^n · 2.5431… bits
 * or 2^n · 0.7655… decimals, here rounded up. Beyond them, enough for 60 digits of x_1.
 */
const BITS = 2.55;
const BITS_BEYOND = 256;
const PLACES = 0.7656;
const PLACES_BEYOND = 70;

const monoid = latest(['n', 'bits', 'x'], ([, bits = 0n, x = 0n]) => cutOff(x, Number(bits)));

/** Bits behind the point of x_n. A function of n alone, and with it x_n. */
export function stepBits(n: number): number {
  return Math.ceil(BITS * 2 ** n) + BITS_BEYOND;
}

/** x_n in units of 2^-stepBits(n). */
interface Step {
  readonly n: number;
  readonly x: bigint;
}

/** x_(n+1), rounded up. Its precision holds x_n as it is. */
function step({ n, x }: Step): Step {
  const [bits, next] = [stepBits(n), stepBits(n + 1)];
  const quotient = divideUp(1n << BigInt(bits + next + 1), x);
  return { n: n + 1, x: shiftUp((x << BigInt(next - bits)) + quotient, 1) };
}

function read(text: string): Step {
  if (text === '') return { n: 0, x: 1n << BigInt(stepBits(0)) };
  const [n, bits, x = 0n] = monoid.decode(text);
  if (Number(bits) !== stepBits(Number(n))) throw new RangeError(`no state: ${bits} bits at n = ${n}`);
  return { n: Number(n), x };
}

/** The state over [0, to) from `before`, the one over [0, from). Throws a RangeError where it is not. */
function partial(from: number, to: number, before = ''): string {
  checkRange(from, to, 1, TERMS_MAX);
  let reached = read(before);
  if (reached.n !== from) throw new RangeError(`no state over [0, ${from})`);
  if (from === to) return before;
  while (reached.n < to) reached = step(reached);
  return monoid.encode([BigInt(to), BigInt(stepBits(to)), reached.x]);
}

/**
 * A step gives at least the arithmetic mean of x and 2/x, which is no less than their geometric mean √2, and rounding up
 * only adds to it: x_n ≥ √2 from n = 1 on. Hence 2/x_n ≤ √2 ≤ x_n, each rounded outwards.
 */
function evaluate(state: string, n: number): Figures {
  checkTerms(n, TERMS_MAX);
  const { n: steps, x } = read(state);
  if (steps !== n) throw new RangeError(`no state over [0, ${n})`);
  const bits = stepBits(n);
  const places = Math.ceil(PLACES * 2 ** n) + PLACES_BEYOND;
  const scale = 10n ** BigInt(places);
  const scaled = x * scale;
  return preciseFigures({
    places,
    estimate: shiftDown(2n * scaled + (1n << BigInt(bits)), bits + 1),
    lower: divideDown(scale << BigInt(bits + 1), x),
    upper: shiftUp(scaled, bits),
  });
}

export const sqrt2Newton: SeriesDefinition = {
  id: 'sqrt2-newton' as SeriesId,
  aliases: [],
  title: 'Newton’s iteration for √2',
  formula: '√2 = lim xₙ, x₀ = 1, xₙ₊₁ = (xₙ + 2/xₙ) / 2',
  source: 'Heron of Alexandria; 2/x ≤ √2 ≤ x by the inequality of the arithmetic and geometric means',
  start: 1,
  version: 1,
  limit: SQRT_2,
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
