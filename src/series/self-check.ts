/**
 * What can be found out about a definition before anybody trusts it: the laws of its monoid on samples, and enclosures
 * that contradict neither each other nor the limit. It proves nothing; it refuses what is plainly wrong.
 */
import { compareDecimals, decimalText } from './arithmetic/decimal.ts';
import type { SeriesDefinition } from './definition.ts';
import { accelerationFaults, figureFaults } from './figure-faults.ts';

/** Where the first terms are cut, in grains: three adjacent parts, and a short one. */
const CUTS = [0, 1, 4, 16, 40] as const;
/** Terms after which a light series shows a limit that is mistyped further behind. */
const FAR = 4_096;
/** Significant digits of a limit. */
const LIMIT_DIGITS = 60;
const WHOLE = /^-?[0-9]+$/;
const TEXT = /^[ -~]*$/;

/** What is wrong with `series`, each as one sentence; empty when nothing was found. */
export function faultsOf(series: SeriesDefinition): readonly string[] {
  const found = new Set<string>();
  try {
    for (const fault of sizeFaults(series)) found.add(fault);
    // Of a series whose terms cannot be counted nothing else can be asked.
    if (found.size > 0) return [...found];
    for (const fault of lawFaults(series)) found.add(fault);
    for (const fault of shownFaults(series)) found.add(fault);
  } catch (error) {
    found.add(`it throws on its own first terms: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [...found];
}

function* sizeFaults({ grain, termsMax, heavy, leastRange }: SeriesDefinition): Generator<string> {
  if (!(Number.isSafeInteger(grain) && grain >= 1)) return yield 'grain is not a whole number of terms';
  if (!(Number.isSafeInteger(termsMax) && termsMax >= grain && termsMax <= 2 ** 50 && termsMax % grain === 0))
    return yield 'termsMax is not a multiple of grain between grain and 2^50';
  for (const from of leastRange === undefined ? [] : [0, termsMax - grain]) {
    const least: unknown = leastRange?.(from);
    if (!(typeof least === 'number' && least >= 0 && Number.isFinite(least)))
      yield `leastRange(${from}) is ${String(least)}, not a number of terms`;
  }
  if (heavy && grain !== 1) yield 'grain is not 1, though heavy is true: workers sum each of its terms';
}

function* lawFaults(series: SeriesDefinition): Generator<string> {
  const { grain, termsMax, empty, merge, order } = series;
  const cuts = CUTS.map((grains) => grains * grain).filter((cut) => cut <= termsMax);
  const parts = partsOf(series, cuts);
  const whole = partsOf(series, [0, cuts.at(-1) ?? 0])[0] ?? empty;
  if (series.partial(0, 0, empty) !== empty) yield 'partial(0, 0) is not the empty partial';
  for (const part of [...parts, whole]) {
    if (!TEXT.test(part) || part.includes('"') || part.includes('\\'))
      yield 'a partial is not plain ASCII text without quotes';
    if (merge(empty, part) !== part || merge(part, empty) !== part)
      yield 'merging with the empty partial changes a partial';
  }
  if (partsOf(series, cuts).some((part, place) => part !== parts[place]))
    return yield 'partial gives another text for the same range when it is asked again';
  const left = parts.reduce(merge, empty);
  const right = parts.reduceRight((sum, part) => merge(part, sum), empty);
  if (left !== right) yield 'merge is not associative: (a · b) · c is not a · (b · c)';
  if (left !== whole) yield 'the parts of a range merge to something else than the range';
  if (order === 'any' && parts.toReversed().reduce(merge, empty) !== left)
    yield "merge is not commutative, but order is 'any': say 'adjacent'";
  if (Object.values(series.describe(whole).values).some((value) => !WHOLE.test(value)))
    yield 'describe gives a value that is no integer in decimal digits';
  yield* endFaults(series, termsMax);
  if (series.exhausted(termsMax) === null) yield 'exhausted(termsMax) is null: a run would never complete';
}

/** Partials of the ranges between the cuts. */
function partsOf(series: SeriesDefinition, cuts: readonly number[]): readonly string[] {
  const parts: string[] = [];
  let before = series.empty;
  for (let at = 1; at < cuts.length; at += 1) {
    const [from = 0, to = 0] = cuts.slice(at - 1, at + 1);
    const part = series.order === 'sequential' ? series.partial(from, to, before) : series.partial(from, to);
    parts.push(part);
    before = part;
  }
  return parts;
}

function* shownFaults(series: SeriesDefinition): Generator<string> {
  const { grain, termsMax, limit, bound, heavy } = series;
  const seen: { readonly n: number; readonly lower: string; readonly upper: string }[] = [];
  const far = heavy ? [] : [FAR - (FAR % grain)];
  const places = [grain, grain + 1, 4 * grain, 16 * grain, 40 * grain, ...far];
  for (const n of places.filter((at) => at <= termsMax)) {
    const whole = n - (n % grain);
    const figures = series.evaluate(partsOf(series, [0, whole])[0] ?? series.empty, n);
    const { lower, upper } = figures;
    yield* figureFaults(figures, n);
    yield* tailFaults(series, n);
    yield* endFaults(series, n);
    if (lower === null || upper === null) {
      if (bound === 'rigorous' || bound === 'statistical')
        yield `bound is '${bound}', but at n = ${n} there is no enclosure: give lower and upper`;
      continue;
    }
    if (bound !== 'rigorous') continue;
    if (limit !== null && !holds(lower, limit.decimal, upper))
      yield `at n = ${n} the limit ${limit.decimal} is not in [${lower}, ${upper}]`;
    seen.push({ n, lower, upper });
  }
  for (const a of seen)
    for (const b of seen)
      if (compareDecimals(a.lower, b.upper) > 0)
        yield `the enclosures at n = ${a.n} and n = ${b.n} have nothing in common, so one of them is wrong`;
}

/** What `accelerate` brings at n, where there is one, and whether the limit is in it. */
function* tailFaults({ accelerate, limit, bound }: SeriesDefinition, n: number): Generator<string> {
  if (accelerate === null) return;
  const tail = accelerate(n);
  const faults = [...accelerationFaults(tail, n)];
  yield* faults;
  if (faults.length > 0 || limit === null || bound !== 'rigorous') return;
  const { lower, upper } = tail;
  if (!holds(lower, limit.decimal, upper))
    yield `accelerate(${n}) has not the limit ${limit.decimal} in [${lower}, ${upper}]`;
}

/** What may stop a run, as it is said of n. */
function* endFaults({ exhausted }: SeriesDefinition, n: number): Generator<string> {
  const reason: unknown = exhausted(n);
  if (reason !== null && (typeof reason !== 'string' || reason === ''))
    yield `exhausted(${n}) is ${String(reason) || 'empty'}, neither null nor a sentence`;
}

function holds(lower: string, limit: string, upper: string): boolean {
  const [least, most] = around(limit);
  return compareDecimals(lower, most) <= 0 && compareDecimals(least, upper) <= 0;
}

/** What a limit may be: itself, or within a unit of the last of its sixty digits, where there is no room for more. */
function around(limit: string): readonly [least: string, most: string] {
  const places = limit.split('.')[1]?.length ?? 0;
  if (places === 0 || limit.replace(/[-.]/g, '').replace(/^0+/, '').length < LIMIT_DIGITS)
    return [limit, limit];
  const count = BigInt(limit.replace('.', ''));
  return [decimalText(count - 1n, places), decimalText(count + 1n, places)];
}
