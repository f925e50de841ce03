/**
 * Carries out what `decide` orders: ends siblings, waits for the backoff, starts again, tries again what failed, and
 * tells what has come of it. Between two attempts everybody else gets a turn, so that a child that cannot start leaves
 * its supervisor time to answer, and all others time to work.
 */
import { type BackoffPolicy, backoffMs } from '../lib/backoff.ts';
import type { ExitReason } from '../runtime/exit-reason.ts';
import type { Child } from './child.ts';
import type { AutoShutdown } from './child-spec.ts';
import { decide, type Strategy } from './decide.ts';
import type { ChildWork, Family, Reply, Step } from './family.ts';
import type { Hands } from './hands.ts';
import { type Intensity, restartsWithin } from './intensity.ts';
import type { Begin, Lanes } from './lanes.ts';
import { Stillness } from './stillness.ts';

/** The first restart after a healthy period is immediate, the next waits `minMs`, and so on. */
export type Backoff = BackoffPolicy & {
  /** A child that has run this long is healthy again. */
  readonly resetAfterMs: number;
};

export interface RestartPolicy {
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  readonly autoShutdown: AutoShutdown;
  readonly backoff: Backoff | undefined;
}

/** One restart, from the first fall until all it concerns run again, over however many attempts. */
interface Restart {
  readonly culprit: Child;
  readonly concerned: Set<Child>;
  /** What the present attempt starts, in order. */
  start: readonly string[];
}

const wholeFamily = '*';
/** Admin calls that may wait on one lane; the next is refused as `overloaded`. What falls is never refused. */
const waitingMax = 1_000;

export class Restarter {
  private readonly family: Family;
  private readonly hands: Hands;
  private readonly lanes: Lanes<Step, Reply>;
  private readonly giveUp: () => void;
  private policy: RestartPolicy;
  private intensity: Intensity;
  /** Time in which restarts waited for their backoff does not count: nothing could fail in it. */
  private readonly stillness = new Stillness();
  /** Attempts that wait for their time, by the child that caused them. */
  private readonly pending = new Map<
    Child,
    { readonly restart: Restart; readonly begin: Begin<Step, Reply> }
  >();

  /** `giveUp` ends all children, then the supervisor. */
  constructor(
    family: Family,
    hands: Hands,
    lanes: Lanes<Step, Reply>,
    policy: RestartPolicy,
    giveUp: () => void,
  ) {
    this.family = family;
    this.hands = hands;
    this.lanes = lanes;
    this.policy = policy;
    this.intensity = policy.intensity;
    this.giveUp = giveUp;
  }

  /** Other limits from now on; restarts there have been still count. */
  adopt(policy: RestartPolicy): void {
    const { max, periodMs } = policy.intensity;
    this.policy = policy;
    this.intensity = { ...this.intensity, max, periodMs };
  }

  /** Runs work on a child when nothing else is going on with it, or with any sibling its strategy concerns. */
  inTurn(id: string, begin: Begin<Step, Reply>): void {
    this.lanes.run(this.laneOf(id), begin);
  }

  /** Whether so much waits for its turn on a child that nobody else should. */
  isCrowded(id: string): boolean {
    return this.lanes.waiting(this.laneOf(id)) >= waitingMax;
  }

  /** A child has ended by itself. */
  fell(child: Child, reason: ExitReason): void {
    this.inTurn(child.id, () => {
      // A sibling's restart may have replaced it meanwhile.
      if (child.state !== 'fallen' || this.family.get(child.id) !== child) return undefined;
      return this.decideOn(child, reason, null);
    });
  }

  /** The time of an attempt has come. */
  due(child: Child): void {
    const pending = this.pending.get(child);
    if (pending === undefined) return;
    this.inTurn(child.id, () => {
      // Another restart may have taken over while this one waited for its turn.
      if (this.pending.get(child) !== pending) return undefined;
      this.forgetPending(child);
      return pending.begin();
    });
  }

  /** Its restart is not wanted any more. Siblings that wait for the same attempt still get theirs. */
  cancel(child: Child): void {
    this.family.forgetFall(child);
    // One restart for all its siblings, or one of its own.
    const culprits = this.alone ? [child] : [...this.pending.keys()];
    for (const culprit of culprits) {
      const { concerned } = this.pending.get(culprit)?.restart ?? {};
      if (concerned === undefined) continue;
      const wanted = [...concerned].some((other) => other !== child && other.state === 'waiting');
      if (wanted || !concerned.has(child)) continue;
      this.forgetPending(culprit);
      this.hands.stopWaiting(culprit);
    }
  }

  private forgetPending(child: Child): void {
    this.pending.delete(child);
    this.stillness.end(child, this.hands.nowMs());
  }

  private laneOf(id: string): string {
    return this.alone ? id : wholeFamily;
  }

  /** Whether the strategy concerns no siblings. */
  private get alone(): boolean {
    const { strategy } = this.policy;
    return strategy === 'one_for_one' || strategy === 'simple_one_for_one';
  }

  /** `again` is the restart of which an attempt has failed, null for a fall. */
  private *decideOn(child: Child, reason: ExitReason, again: Restart | null): ChildWork {
    const { strategy, autoShutdown } = this.policy;
    const standing = { strategy, autoShutdown, intensity: this.intensity, children: this.family.all() };
    const fall = { child, reason, failedStart: again !== null };
    const { intensity, orders } = decide(standing, fall, this.stillness.runningMs(this.hands.nowMs()));
    this.intensity = intensity;
    if (again === null) this.reportFall(child, reason, orders.do);
    if (orders.do === 'give-up') {
      const tooMany = { shutdown: 'reached_max_restart_intensity' };
      this.hands.report('shutdown', tooMany, child, child.fallen?.oldPid ?? null);
      this.hands.exceeded(restartsWithin(intensity));
      this.giveUp();
    } else if (orders.do === 'auto-shutdown') {
      this.leave(child, reason, true);
      this.giveUp();
    } else if (orders.do === 'restart') {
      const restart = again ?? { culprit: child, concerned: new Set([child]), start: [] };
      restart.start = orders.start;
      yield* this.endSiblings(orders.terminate, restart);
      for (const id of orders.forget) this.forgetId(id);
      for (const id of orders.start) this.expect(id, restart);
      yield* this.attempt(child, restart);
    } else {
      this.leave(child, reason, orders.do === 'forget' || strategy === 'simple_one_for_one');
    }
  }

  /** As OTP does: not of ends in order that nobody minds. */
  private reportFall(child: Child, reason: ExitReason, verdict: string): void {
    const minded = verdict === 'restart' || verdict === 'give-up';
    const inOrder = reason === 'normal' || reason === 'shutdown' || isShutdown(reason);
    if (minded || !inOrder) {
      this.hands.report('child_terminated', reason, child, child.fallen?.oldPid ?? null);
    }
  }

  private leave(child: Child, reason: ExitReason, forget: boolean): void {
    const oldPid = child.fallen?.oldPid;
    child.state = 'stopped';
    this.family.forgetFall(child);
    if (forget) this.family.forget(child);
    if (oldPid !== undefined) {
      this.hands.restarted({ type: 'not-restarted', path: child.path, oldPid, reason });
    }
  }

  /** In reverse start order; what ran until now, or fell with the culprit, is in the restart's report, in start order. */
  private *endSiblings(ids: readonly string[], restart: Restart): ChildWork {
    for (const id of ids) {
      const sibling = this.family.get(id);
      if (sibling === undefined) continue;
      const oldPid = sibling.pid;
      const atMs = this.hands.nowMs();
      yield* this.family.end(sibling);
      if (oldPid !== null) this.family.fell(sibling, oldPid, atMs);
    }
    for (const id of ids.toReversed()) {
      const sibling = this.family.get(id);
      if (sibling !== undefined && sibling.fallen !== null) restart.concerned.add(sibling);
    }
  }

  private forgetId(id: string): void {
    const child = this.family.get(id);
    if (child !== undefined) this.family.forget(child);
  }

  /** Marks a child as one this restart brings back, and takes over from a restart it was waiting for. */
  private expect(id: string, restart: Restart): void {
    const child = this.family.get(id);
    if (child === undefined) return;
    child.state = 'waiting';
    restart.concerned.add(child);
    const earlier = this.pending.get(child);
    if (earlier === undefined) return;
    this.forgetPending(child);
    this.hands.stopWaiting(child);
    for (const other of earlier.restart.concerned) restart.concerned.add(other);
  }

  private *attempt(child: Child, restart: Restart): ChildWork {
    const delayMs = this.delayMs(child);
    if (delayMs === 0) {
      yield* this.startAll(restart);
      return;
    }
    this.pending.set(child, { restart, begin: () => this.startAll(restart) });
    this.stillness.begin(child, this.hands.nowMs());
    this.hands.wait(child, delayMs);
  }

  private delayMs(child: Child): number {
    const { backoff } = this.policy;
    if (backoff === undefined) return 0;
    const fellAtMs = child.fallen?.atMs ?? this.hands.nowMs();
    if (child.readyAtMs !== null && fellAtMs - child.readyAtMs >= backoff.resetAfterMs) child.backoffs = 0;
    child.readyAtMs = null;
    const attempt = child.backoffs;
    child.backoffs += 1;
    return attempt === 0 ? 0 : backoffMs(backoff, attempt, this.hands);
  }

  private *startAll(restart: Restart): ChildWork {
    for (const id of restart.start) {
      const child = this.family.get(id);
      // Not waiting any more: told to stop in the meantime.
      if (child === undefined || child.state !== 'waiting') continue;
      const started = yield* this.family.start(child);
      if (started.ok) child.restarts += 1;
      else if (started.reason === 'ignore') this.ignored(child);
      else return this.tryAgain(child, started.reason, restart);
    }
    this.report(restart);
  }

  private ignored(child: Child): void {
    if (this.policy.strategy === 'simple_one_for_one') this.family.forget(child);
  }

  private tryAgain(child: Child, reason: ExitReason, restart: Restart): void {
    child.state = 'waiting';
    const begin = () =>
      child.state === 'waiting' ? this.decideOn(child, reason, restart) : this.startAll(restart);
    this.pending.set(child, { restart, begin });
    this.hands.yield(child);
  }

  private report({ culprit, concerned }: Restart): void {
    const { fallen, pid: newPid, readyAtMs, path } = culprit;
    const alsoRestarted = [...concerned].flatMap((child) =>
      child === culprit || child.fallen === null
        ? []
        : [{ path: child.path, oldPid: child.fallen.oldPid, newPid: child.pid }],
    );
    // Who has fallen again meanwhile is still to be decided on.
    for (const child of concerned) if (child.state !== 'fallen') this.family.forgetFall(child);
    if (fallen === null || newPid === null) return;
    const latencyUs = Math.max(0, Math.round(((readyAtMs ?? fallen.atMs) - fallen.atMs) * 1000));
    const { strategy } = this.policy;
    const { oldPid } = fallen;
    this.hands.restarted({ type: 'restart', path, oldPid, newPid, latencyUs, strategy, alsoRestarted });
  }
}

function isShutdown(reason: ExitReason): boolean {
  return typeof reason === 'object' && 'shutdown' in reason;
}
