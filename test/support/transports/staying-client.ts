/**
 * A client that stays, over any transport: whenever its connection ends it comes back with its position, as EventSource
 * and the stock SDKs do, and writes down everything it is given.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { eventually } from '../eventually.ts';
import type { At, Heard, TransportClient, Watching } from './transport-client.ts';

/** What moves a client's position. */
export type Placed = Extract<Heard, { readonly at: At }>;

/** What has moved the position over one connection. */
export function placed({ heard }: Watching): readonly Placed[] {
  return heard.filter((one) => 'at' in one);
}

export interface StayingClient {
  /** What moved its position, over all its connections. */
  readonly seen: readonly Placed[];
  /** Last words of its connections. */
  readonly ends: readonly string[];
  /** Waits for so many more estimates. */
  more(count: number): Promise<void>;
  /** Cuts the connection, as a network does; it comes back, after `awayMs`. */
  drop(awayMs?: number): void;
  /** Stays away from now on. */
  close(): void;
}

const COME_BACK_MS = 30;

export function stay({ watch }: TransportClient, url: string, run: string): StayingClient {
  const seen: Placed[] = [];
  const ends: string[] = [];
  let watching: Watching | null = null;
  let away = false;
  let awayMs = COME_BACK_MS;

  function hear(heard: Heard): void {
    if (heard.kind === 'end') {
      ends.push(heard.why);
      // The connection itself may live on, over some transports.
      watching?.leave();
    } else if (heard.kind !== 'state') seen.push(heard);
  }

  async function keepComing(): Promise<void> {
    while (!away) {
      try {
        watching = await watch(url, run, { position: seen.at(-1)?.at ?? null });
        watching.onHeard(hear);
        if (away) watching.leave();
        await watching.closed;
      } catch {
        // Nobody is there just now.
      }
      await sleep(awayMs);
      awayMs = COME_BACK_MS;
    }
  }

  const coming = keepComing();
  const estimates = () => seen.filter(({ kind }) => kind === 'estimate').length;
  const close = () => {
    away = true;
    watching?.leave();
  };
  onTestFinished(async () => {
    close();
    await coming;
  });
  return {
    seen,
    ends,
    async more(count) {
      const wanted = estimates() + count;
      const last = () => JSON.stringify(seen.at(-1))?.slice(0, 200);
      await eventually(`${count} more estimates after ${last()}`, () => estimates() >= wanted);
    },
    drop(ms = COME_BACK_MS) {
      awayMs = ms;
      watching?.leave();
    },
    close,
  };
}

export interface Judged {
  readonly estimates: number;
  readonly recoveries: number;
  /** Why, for each snapshot. */
  readonly snapshots: readonly string[];
  /** Estimates that were left out and said to be, because the client was slow. */
  readonly skipped: number;
}

/** Throws at the first estimate that is missing, doubled or out of order, and at a recovery that was not one. */
export function judge(seen: readonly Placed[]): Judged {
  seen.forEach((now, index) => {
    const has = seen[index - 1]?.at;
    // Somebody who came with a position from elsewhere begins with its recovery.
    if (now.kind === 'snapshot' || (now.kind === 'recovered' && has === undefined)) return;
    const step = has?.epoch === now.at.epoch ? now.at.offset - has.offset : null;
    if (step === (now.kind === 'recovered' ? 0 : 1 + skippedBefore(now))) return;
    throw new Error(`${now.kind} ${JSON.stringify(now.at)} after ${JSON.stringify(has)}`);
  });
  return {
    estimates: seen.filter(({ kind }) => kind === 'estimate').length,
    recoveries: seen.filter(({ kind }) => kind === 'recovered').length,
    snapshots: seen.flatMap((now) => (now.kind === 'snapshot' ? [now.why] : [])),
    skipped: seen.reduce((sum, now) => sum + skippedBefore(now), 0),
  };
}

/** How many estimates were left out on purpose before this one. */
export function skippedBefore(heard: Heard): number {
  return heard.kind === 'estimate' ? Number(/,"skipped":(\d+)\}$/.exec(heard.data)?.[1] ?? 0) : 0;
}

/** Throws where both have seen the same estimate and not the same bytes; how many they share. */
export function sameBytes(some: readonly Placed[], others: readonly Placed[]): number {
  const known = new Map(some.flatMap(entryOf));
  const shared = others.flatMap(entryOf).filter(([place]) => known.has(place));
  for (const [place, data] of shared) {
    if (data !== known.get(place))
      throw new Error(`at ${place} one has ${known.get(place)}, the other ${data}`);
  }
  return shared.length;
}

/** None for a recovery, for a snapshot of nothing, and for an estimate that says besides what was skipped. */
function entryOf(seen: Placed): (readonly [place: string, data: string])[] {
  if (seen.kind === 'recovered' || seen.data === '' || skippedBefore(seen) > 0) return [];
  return [[`${seen.at.epoch}:${seen.at.offset}`, seen.data]];
}
