/**
 * The golden ratio φ = [1; 1, 1, …]: the continued fraction that converges slowest of all, as powers of one matrix. What
 * n terms give is exact, however large: the quotient of two Fibonacci numbers.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { divideDown, divideUp } from './arithmetic/integer.ts';
import { preciseFigures } from './arithmetic/precise.ts';
import type { SeriesDefinition } from './definition.ts';
import { atSizeLimit, endsAt } from './exhaustion.ts';
import { type Matrix, matrices, matrixPower } from './monoids/matrices.ts';
import { textsOf } from './monoids/monoid.ts';
import { checkRange, checkTerms } from './preconditions.ts';

/** 109,570 digits: a state of 182 kB, figures in about a tenth of a second. */
const TERMS_MAX = 2 ** 18;

/** One more partial quotient 1: ((p, p'), (q, q')) · STEP = ((p + p', p), (q + q', q)). */
const STEP: Matrix = [1n, 1n, 1n, 0n];

/** Decimals per term, rounded up: log10 φ² = 0.41797…; and decimals beyond them, enough for 60 digits at n = 1. */
const PLACES_PER_TERM = 0.418;
const PLACES_BEYOND = 70;

function partial(from: number, to: number): string {
  checkRange(from, to, 1, TERMS_MAX);
  return matrices.encode(matrixPower(STEP, to - from));
}

/**
 * STEP^n = ((F(n+1), F(n)), (F(n), F(n−1))), so the n terms' convergent is F(n+1)/F(n), and the next one is
 * F(n+2)/F(n+1) with F(n+2) = F(n+1) + F(n). Convergents lie alternately below and above what they converge to, the first
 * one, 1/1, below; two neighbours differ by 1/(F(n)·F(n+1)), for the determinant of STEP^n is ±1 (Hardy & Wright, An
 * Introduction to the Theory of Numbers, chapter X). They are the ends, each rounded outwards.
 */
function evaluate(state: string, n: number): Figures {
  checkTerms(n, TERMS_MAX);
  const [next, here] = matrices.decode(state);
  const places = Math.ceil(PLACES_PER_TERM * n) + PLACES_BEYOND;
  const scale = 10n ** BigInt(places);
  const [above, aboveNext] = [next * scale, (next + here) * scale];
  const isBelow = n % 2 === 1;
  return preciseFigures({
    places,
    estimate: divideDown(2n * above + here, 2n * here),
    lower: isBelow ? divideDown(above, here) : divideDown(aboveNext, next),
    upper: isBelow ? divideUp(aboveNext, next) : divideUp(above, here),
  });
}

export const goldenCf: SeriesDefinition = {
  id: 'golden-cf' as SeriesId,
  aliases: [],
  title: 'Golden ratio by continued fraction',
  formula: 'φ = 1 + 1/(1 + 1/(1 + 1/(1 + …))), after n terms F(n+1)/F(n)',
  source: 'Kepler 1611, Simson 1753; neighbouring convergents enclose (Hardy & Wright, chapter X)',
  start: 0,
  version: 1,
  limit: { name: 'φ', decimal: '1.61803398874989484820458683436563811772030917980576286213544' },
  bound: 'rigorous',
  kernel: null,
  grain: 1,
  termsMax: TERMS_MAX,
  order: 'adjacent',
  heavy: true,
  ...textsOf(matrices),
  partial,
  evaluate,
  exhausted: endsAt(TERMS_MAX, atSizeLimit),
  accelerate: null,
};
