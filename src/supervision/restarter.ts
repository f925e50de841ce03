/**
 * Carries out what `decide` orders: ends siblings, waits for the backoff, starts again, tries again what failed, and
 * tells what has come of it. Between two attempts everybody else gets a turn, so that a child that cannot start leaves
 * its supervisor time to answer, and all others time to work.
 */
import { type ExitReason, isAbnormal } from '../runtime/exit-reason.ts';
import type { Child } from './child.ts';
import { concernsSiblings, keepsSpec, type Orders, type Strategy } from './decide.ts';
import type { ChildWork, Family, Reply, Step } from './family.ts';
import type { Hands } from './hands.ts';
import { restartsWithin } from './intensity.ts';
import { Judge } from './judge.ts';
import type { Begin, Lanes } from './lanes.ts';
import type { RestartPolicy } from './restart-policy.ts';

/** One restart, from the first fall until all it concerns run again, over however many attempts. */
interface Restart {
  readonly culprit: Child;
  readonly concerned: Set<Child>;
  /** What the present attempt starts, in order. */
  start: readonly string[];
}

/** What an attempt waits for: its backoff, or that everybody else has had a turn. */
export type Wake = 'timer' | 'turn';

const wholeFamily = '*';
/** Admin calls that may wait on one lane; the next is refused as `overloaded`. What falls is never refused. */
const waitingMax = 1_000;

export class Restarter {
  private readonly family: Family;
  private readonly hands: Hands;
  private readonly lanes: Lanes<Step, Reply>;
  private readonly giveUp: () => void;
  private readonly judge: Judge;
  /** Attempts that wait for their time, by the child that caused them. */
  private readonly pending = new Map<
    Child,
    { readonly restart: Restart; readonly by: Wake; readonly begin: Begin<Step, Reply> }
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
    this.judge = new Judge(family, hands, policy);
    this.giveUp = giveUp;
  }

  /** Other limits from now on; restarts there have been still count. */
  adopt(policy: RestartPolicy): void {
    this.judge.adopt(policy);
    this.regroup();
  }

  /** Those that wait for a restart wait for one under the present strategy from now on; it comes at once. */
  private regroup(): void {
    for (const [culprit, { restart }] of [...this.pending]) {
      this.forgetPending(culprit);
      for (const child of restart.concerned) {
        if (child.state !== 'waiting')
          this.report({ culprit: child, concerned: new Set([child]), start: [] });
      }
    }
    const waiting = [...this.family.all()].filter(({ state }) => state === 'waiting');
    const groups = concernsSiblings(this.strategy) ? [waiting] : waiting.map((child) => [child]);
    for (const group of groups) {
      const [culprit] = group;
      if (culprit === undefined) continue;
      const restart = { culprit, concerned: new Set(group), start: group.map(({ id }) => id) };
      this.pending.set(culprit, { restart, by: 'turn', begin: () => this.startAll(restart) });
      this.hands.yield(culprit);
    }
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

  /** The time of an attempt has come, by its timer or by its turn. */
  due(child: Child, by: Wake): void {
    const pending = this.pending.get(child);
    if (pending?.by !== by) return;
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
    const culprits = concernsSiblings(this.strategy) ? [...this.pending.keys()] : [child];
    for (const culprit of culprits) {
      const restart = this.pending.get(culprit)?.restart;
      if (restart === undefined || !restart.concerned.has(child)) continue;
      if ([...restart.concerned].some((other) => other !== child && other.state === 'waiting')) continue;
      this.forgetPending(culprit);
      this.report(restart);
    }
  }

  private forgetPending(child: Child): void {
    this.pending.delete(child);
    this.hands.stopWaiting(child);
    if (child.waitsSinceMs !== null) child.waitedMs += this.hands.nowMs() - child.waitsSinceMs;
    child.waitsSinceMs = null;
  }

  private get strategy(): Strategy {
    return this.judge.policy.strategy;
  }

  private laneOf(id: string): string {
    return concernsSiblings(this.strategy) ? wholeFamily : id;
  }

  /** `again` is the restart of which an attempt has failed, null for a fall. */
  private *decideOn(child: Child, reason: ExitReason, again: Restart | null): ChildWork {
    const { intensity, orders } = this.judge.verdictOn({ child, reason, failedStart: again !== null });
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
      this.leave(child, reason, orders.do === 'forget');
      // Siblings that were to be started with it are still.
      if (again !== null) yield* this.startAll(again);
    }
  }

  /** As OTP does: not of ends in order that nobody minds. */
  private reportFall(child: Child, reason: ExitReason, verdict: Orders['do']): void {
    const minded = verdict === 'restart' || verdict === 'give-up';
    if (minded || isAbnormal(reason)) {
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

  private forgetUnlessKept(child: Child): void {
    if (!keepsSpec(child, this.strategy)) this.family.forget(child);
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
    for (const other of earlier.restart.concerned) restart.concerned.add(other);
  }

  private *attempt(child: Child, restart: Restart): ChildWork {
    const delayMs = this.judge.nextDelayMs(child);
    if (delayMs === 0) {
      yield* this.startAll(restart);
      return;
    }
    this.pending.set(child, { restart, by: 'timer', begin: () => this.startAll(restart) });
    child.waitsSinceMs = this.hands.nowMs();
    this.hands.wait(child, delayMs);
  }

  private *startAll(restart: Restart): ChildWork {
    for (const id of restart.start) {
      const child = this.family.get(id);
      // Not waiting any more: told to stop in the meantime.
      if (child === undefined || child.state !== 'waiting') continue;
      const started = yield* this.family.start(child);
      if (started.ok) child.restarts += 1;
      else if (started.reason === 'ignore') this.forgetUnlessKept(child);
      else return this.tryAgain(child, started.reason, restart);
    }
    this.report(restart);
  }

  private tryAgain(child: Child, reason: ExitReason, restart: Restart): void {
    child.state = 'waiting';
    const begin = () =>
      child.state === 'waiting' ? this.decideOn(child, reason, restart) : this.startAll(restart);
    this.pending.set(child, { restart, by: 'turn', begin });
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
    const { strategy } = this;
    const { oldPid } = fallen;
    this.hands.restarted({ type: 'restart', path, oldPid, newPid, latencyUs, strategy, alsoRestarted });
  }
}
