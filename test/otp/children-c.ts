/** What the lines on backoff, fencing, delivery and state machines share: clocks that are listened to, and processes that wait. */
import { systemClock } from '../../src/lib/clock.ts';
import type { Random } from '../../src/lib/random.ts';
import type { RunId } from '../../src/protocols/identity.ts';
import type { Holder, Store } from '../../src/protocols/ports/store.ts';
import type { Behaviour } from '../../src/runtime/behaviour.ts';
import type { From } from '../../src/runtime/call.ts';
import type { Context } from '../../src/runtime/context.ts';
import { genServer, type Info, type ServerMessage } from '../../src/runtime/gen-server.ts';
import { claimed, commitOf, epochB } from '../contract/store-sample.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

export interface HeardClock extends ManualClock {
  /** The delays that were asked for, oldest first. */
  readonly delays: number[];
}

/** A clock in the test's hand that writes down what delays it is asked for. */
export function heardClock(): HeardClock {
  const clock = manualClock();
  const delays: number[] = [];
  return {
    delays,
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs(),
    schedule(delayMs, run) {
      delays.push(delayMs);
      return clock.schedule(delayMs, run);
    },
    afterTurn: (run) => clock.afterTurn(run),
    endTurn: () => clock.endTurn(),
    advance: (ms) => clock.advance(ms),
    get timers() {
      return clock.timers;
    },
  };
}

/** Gives these fractions in turn, over and over. */
export function dice(fractions: readonly number[]): Random {
  let at = 0;
  return {
    fraction() {
      const fraction = fractions[at % fractions.length] ?? 0;
      at += 1;
      return fraction;
    },
    hex: (bytes) => '0'.repeat(bytes * 2),
  };
}

export interface TimerChain extends Disposable {
  /** Timers of the real clock that have fired, each set by the one before it. */
  readonly fired: number;
  /** The longest time between two of them. */
  readonly longestMs: number;
}

/** Real timers of the shortest delay, one after the other: they show how often the event loop comes round. */
export function timerChain(): TimerChain {
  let fired = 0;
  let longestMs = 0;
  let lastMs = systemClock.monotonicMs();
  const fire = () => {
    const nowMs = systemClock.monotonicMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    fired += 1;
    cancel = systemClock.schedule(1, fire);
  };
  let cancel = systemClock.schedule(1, fire);
  return {
    get fired() {
      return fired;
    },
    get longestMs() {
      return Math.max(longestMs, systemClock.monotonicMs() - lastMs);
    },
    [Symbol.dispose]: () => cancel(),
  };
}

/** Keeps the thread busy, so that a timer of a shorter delay is due afterwards. */
export function burn(ms: number): void {
  const endMs = systemClock.monotonicMs() + ms;
  while (systemClock.monotonicMs() < endMs);
}

type Do = (ctx: Context<Asking, Do>) => void | Promise<void>;

/** `what`: done in the process, which answers by itself or not at all. */
export interface Asking {
  readonly from: From<string>;
  readonly what: (from: From<string>, ctx: Context<Asking, Do>) => void | Promise<void>;
}
export type PuppetMessage = ServerMessage<Asking, Do>;

/** Does in its own turn what it is told to, and writes down what else reaches it. */
export function puppet(log: (Info | string)[] = []): Behaviour<PuppetMessage> {
  return genServer<null, Asking, Do>({
    init: () => null,
    async handleCall({ from, what }, _state, ctx) {
      await what(from, ctx);
      return null;
    },
    async handleCast(what, _state, ctx) {
      await what(ctx);
      return null;
    },
    handleInfo(info) {
      log.push(info);
      return null;
    },
  });
}

export interface KeeperOrder {
  readonly offset: number;
  /** It waits for the gate first. */
  readonly waits: boolean;
}

/** Claims a run as it starts. Told so, it commits, and if it is dead by then asks for an epoch of its own as well. */
export function keeper(
  store: Store,
  run: RunId,
  gate: Promise<void>,
  answers: string[],
): Behaviour<ServerMessage<never, KeeperOrder>> {
  return genServer<Holder, never, KeeperOrder>({
    init: async (ctx) => (await claimed(store, run, { nonce: ctx.self.id })).holder,
    async handleCast({ offset, waits }, holder, ctx) {
      if (waits) await gate;
      const who = ctx.alive() ? 'living' : 'late';
      const committed = await store.commit(commitOf(run, holder, offset, { estimate: `"${who}"` }));
      answers.push(`${who} commit ${committed.kind}`);
      if (who === 'living') return holder;
      const begun = await store.beginEpoch({ run, holder, epoch: epochB, from: 'nothing' });
      answers.push(`${who} epoch ${begun.kind}`);
      return holder;
    },
  });
}
