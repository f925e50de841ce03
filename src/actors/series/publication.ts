/**
 * What a run publishes and when. Shown means saved: what is made here is a commit, and the estimate's text in it is
 * the one that is stored, sent live and replayed, to the letter.
 */

import type { Figures } from '../../protocols/ports/figures.ts';
import type { Commit } from '../../protocols/ports/store.ts';
import { nextOffset } from '../../protocols/position.ts';
import { type Estimate, writeEstimate } from '../../protocols/wire/estimate.ts';
import { addPoint } from '../../series/progress/curve.ts';
import { guard } from './definition-fault.ts';
import { isComplete, runState, target, wholeBelow } from './run-state.ts';
import type { InFlight, Place, Rate, SeriesState } from './series-state.ts';

/** Share of the newest measurement in the average rate. */
const NEWEST_SHARE = 0.4;
/** Times a fold's own duration until the next one: folding takes no more than a third of one worker. */
const FOLD_REST = 2;

export type Publication =
  | { readonly kind: 'now'; readonly n: number }
  /** A worker has to fold first. */
  | { readonly kind: 'fold' }
  /** Not before so many milliseconds. */
  | { readonly kind: 'later'; readonly delayMs: number }
  | { readonly kind: 'nothing' };

/**
 * What to publish at monotonic time `nowMs`. A sprint publishes at intervals, and at once when it ends or rests, so
 * that nothing computed is lost; a walk publishes only what a sprint before it left, its own steps come by its timer.
 */
export function nextPublication(state: SeriesState, nowMs: number, intervalMs: number): Publication {
  const { place, record, definition } = state;
  if (place === null || place.complete || state.inFlight !== null || state.renewing || state.fault !== null)
    return { kind: 'nothing' };
  if (place.folded !== null) return { kind: 'now', n: place.folded.n };
  if (place.folding !== null) return { kind: 'nothing' };
  const end = target(state);
  const running = record.pace.mode === 'sprint' && runState(state) === 'running';
  // The last terms below a whole grain need no worker; a run that rests or is paused does not take them either.
  const n = running && place.prefix.n === wholeBelow(definition, end) ? end : place.prefix.n;
  if (n <= place.n) return { kind: 'nothing' };
  const sprinting = running && n < end;
  const waited = state.publishedMs === null ? Number.POSITIVE_INFINITY : nowMs - state.publishedMs;
  const interval = Math.max(intervalMs, FOLD_REST * state.foldMs);
  if (sprinting && waited < interval) return { kind: 'later', delayMs: interval - waited };
  if (!sprinting && n < end && place.outstanding > 0) return { kind: 'nothing' };
  return definition.heavy ? { kind: 'fold' } : { kind: 'now', n };
}

/**
 * The commit that takes the run from its newest estimate to n. `place.prefix` covers the whole grains below n, or a fold
 * has brought the figures at n.
 */
export function commitAt(
  state: SeriesState,
  place: Place,
  n: number,
  at: { readonly nowMs: number; readonly wallMs: number },
): { readonly inFlight: InFlight; readonly rate: Rate } {
  const { definition, record } = state;
  const figures = figuresAt(state, place, n);
  const accelerated = definition.accelerate?.(n);
  const rate = nextRate(state.rate, n, at.nowMs);
  const estimate: Estimate = {
    run: record.run,
    n,
    value: figures.value,
    decimal: figures.decimal,
    lower: figures.lower,
    upper: figures.upper,
    digits: figures.digits,
    bound: definition.bound,
    ...(figures.values === undefined ? {} : { values: { ...figures.values } }),
    ...(accelerated === undefined ? {} : { accelerated }),
    rate: Math.round(record.pace.mode === 'walk' ? record.pace.termsPerSecond : rate.termsPerSecond),
    at: new Date(at.wallMs).toISOString(),
  };
  const commit: Commit = {
    run: record.run,
    holder: place.holder,
    epoch: place.position.epoch,
    offset: nextOffset(place.position.offset),
    from: place.n,
    to: n,
    state: place.prefix.state.text,
    curve: addPoint(place.curve, [n, figures.width]),
    estimate: written(estimate),
    atMs: at.wallMs,
  };
  const { digits, known = null } = figures;
  return { inFlight: { commit, digits, known, complete: isComplete(state, n) }, rate };
}

/** What a definition brought may be no estimate: that is its fault. */
const written = guard('figures', writeEstimate);

function figuresAt({ definition }: SeriesState, { prefix, folded }: Place, n: number): Figures {
  if (folded?.n === n) return folded.figures;
  if (definition.heavy || prefix.n !== wholeBelow(definition, n))
    throw new Error(`the sum of ${prefix.n} terms is not that at n = ${n}`);
  return definition.evaluate(prefix.state.text, n);
}

function nextRate(rate: Rate | null, n: number, nowMs: number): Rate {
  if (rate === null || nowMs <= rate.atMs) return { termsPerSecond: 0, n, atMs: nowMs };
  const newest = ((n - rate.n) * 1_000) / (nowMs - rate.atMs);
  const before = rate.termsPerSecond;
  return {
    termsPerSecond: before === 0 ? newest : before + NEWEST_SHARE * (newest - before),
    n,
    atMs: nowMs,
  };
}

/** The place after a commit. */
export function committedPlace(place: Place, { commit, digits, known, complete }: InFlight): Place {
  const { to: n, epoch, offset, estimate, curve } = commit;
  return { ...place, position: { epoch, offset }, n, estimate, digits, curve, complete, known, folded: null };
}
