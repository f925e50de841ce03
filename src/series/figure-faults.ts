/**
 * What is wrong with figures as such, whatever they are of: texts that are no decimals, and numbers that say something else
 * than the enclosure beside them. Part of the self-check, which asks a definition for its first ones.
 */
import type { Figures } from '../protocols/ports/figures.ts';
import type { Accelerated } from '../protocols/wire/estimate.ts';
import { commonDigits, compareDecimals, decimalText, significantDigits } from './arithmetic/decimal.ts';

const PLAIN = /^-?[0-9]+(\.[0-9]+)?$/;
/** What a width may be off by, of itself: it is a double. */
const WIDTH_ERROR = 2 ** -40;

/** Why no estimate can be made of `figures`, which are those at n; each as one sentence. */
export function* figureFaults(figures: Figures, n: number): Generator<string> {
  const { value, decimal, lower, upper, digits, width } = figures;
  if (!Number.isFinite(value)) yield `value at n = ${n} is not a finite number`;
  const texts = [decimal, ...(lower === null ? [] : [lower]), ...(upper === null ? [] : [upper])];
  if (!isPlain(decimal)) yield `decimal at n = ${n} is "${decimal}", not plain decimal digits`;
  for (const text of texts.slice(1))
    if (!isPlain(text)) yield `"${text}" at n = ${n} is not plain decimal digits`;
  if (!(Number.isFinite(width) && width >= 0)) yield `width at n = ${n} is ${width}, not upper − lower`;
  if ((lower === null) !== (upper === null)) yield `at n = ${n} only one end of the enclosure is given`;
  if (!(lower === null ? digits === null : isCount(digits)))
    yield `digits at n = ${n} is ${digits}, not the number of digits that lower and upper have in common`;
  // What is compared has to be there.
  if (lower === null || upper === null || !texts.every(isPlain) || !isCount(digits)) return;
  if (compareDecimals(lower, upper) > 0) return yield `at n = ${n} lower ${lower} is above upper ${upper}`;
  yield* contradictions(figures, { lower, upper }, n);
}

interface Ends {
  readonly lower: string;
  readonly upper: string;
}

/** Digits and width are read by people and drawn: they have to be those of the enclosure, or of all that is known. */
function* contradictions({ digits, width, known }: Figures, ends: Ends, n: number): Generator<string> {
  const said = known === undefined ? shared(ends) : significantDigits(known);
  if (digits !== said) {
    const have = known === undefined ? 'lower and upper have' : 'known has';
    yield `digits at n = ${n} is ${digits}, but ${have} ${said}`;
  }
  const apart = distance(ends);
  // Ends that are written in fewer digits than are known stand further apart than they are.
  const least = known === undefined ? apart * (1 - WIDTH_ERROR) : 0;
  if (width < least || width > apart * (1 + WIDTH_ERROR))
    yield `width at n = ${n} is ${width}, but upper − lower is ${apart}`;
}

/** What is wrong with what `accelerate(n)` has brought, but for whether it holds the limit. */
export function* accelerationFaults(
  { terms, decimal, lower, upper, digits }: Accelerated,
  n: number,
): Generator<string> {
  if (!(isCount(terms) && terms >= 1 && terms <= n))
    yield `accelerate(${n}) has ${terms} terms, not a number of them up to n`;
  const wrong = [decimal, lower, upper].find((text) => !isPlain(text));
  if (wrong !== undefined) return yield `accelerate(${n}) gives "${wrong}", not plain decimal digits`;
  if (compareDecimals(lower, upper) > 0)
    return yield `accelerate(${n}) has lower ${lower} above upper ${upper}`;
  const common = shared({ lower, upper });
  if (digits !== common)
    yield `accelerate(${n}) says digits ${digits}, but its lower and upper have ${common}`;
}

function isPlain(text: unknown): boolean {
  return typeof text === 'string' && PLAIN.test(text);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Significant digits that the ends share, written with equally many places: trailing zeros add none. */
function shared({ lower, upper }: Ends): number {
  if (lower === upper) return significantDigits(lower);
  const places = placesOf(lower, upper);
  return commonDigits(
    decimalText(countOf(lower, places), places),
    decimalText(countOf(upper, places), places),
  );
}

/** upper − lower as a double. */
function distance({ lower, upper }: Ends): number {
  const places = placesOf(lower, upper);
  return Number(decimalText(countOf(upper, places) - countOf(lower, places), places));
}

function placesOf(...texts: readonly string[]): number {
  return Math.max(1, ...texts.map((text) => text.split('.')[1]?.length ?? 0));
}

/** A plain decimal in units of 10^-places, of which it has no more. */
function countOf(text: string, places: number): bigint {
  const [whole = '', behind = ''] = text.split('.');
  return BigInt(whole + behind.padEnd(places, '0'));
}
