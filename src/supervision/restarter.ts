/**
 * Carries out what `decide` orders: ends siblings, waits for the backoff, starts again, tries again what failed, and
 * tells the event stream. Each attempt is a message of its own with a macrotask before it, so that a child that
 * cannot start leaves its supervisor time to answer, and everybody else time to work.
 */
import { type BackoffPolicy, backoffMs } from '../lib/backoff.ts';
import type { Random } from '../lib/random.ts';
import type { Host } from '../runtime/behaviour.ts';
import { asError, type ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import type { Child } from './child.ts';
import { decide, type Strategy } from './decide.ts';
import type { Family } from './family.ts';
import type { Intensity } from './intensity.ts';
import { Lanes } from './lanes.ts';

/** The first restart after a healthy period is immediate, the next waits `minMs`, and so on. */
export type Backoff = BackoffPolicy & {
  /** A child that has run this long is healthy again. */
  readonly resetAfterMs: number;
};

export interface RestartPolicy {
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  readonly backoff: Backoff | undefined;
  readonly random: Random;
}

/** One restart, from the first fall until all it concerns run again, over however many attempts. */
interface Restart {
  readonly culprit: Child;
  readonly concerned: Set<Child>;
  /** What the present attempt starts, in order. */
  start: readonly string[];
}

/** A due attempt on its way through the supervisor's own mailbox. */
export interface Due {
  readonly type: 'due';
  readonly child: Child;
  readonly run: () => Promise<void>;
}

const timerPrefix = 'restart:';
const wholeFamily = '*';

export class Restarter {
  private readonly host: Host;
  private readonly family: Family;
  private readonly policy: RestartPolicy;
  private readonly lanes: Lanes;
  private intensity: Intensity;
  /** Attempts that wait for their time, by the child that caused them. */
  private readonly pending = new Map<
    Child,
    { readonly restart: Restart; readonly run: () => Promise<void> }
  >();

  constructor(host: Host, family: Family, policy: RestartPolicy) {
    this.host = host;
    this.family = family;
    this.policy = policy;
    this.intensity = policy.intensity;
    this.lanes = new Lanes((thrown) => host.end({ error: asError(thrown) }));
  }

  /** Runs work on a child when nothing else is going on with it, or with any sibling its strategy concerns. */
  inTurn(id: string, work: () => void | Promise<void>): void {
    const alone = this.policy.strategy === 'one_for_one' || this.policy.strategy === 'simple_one_for_one';
    this.lanes.run(alone ? id : wholeFamily, work);
  }

  exited(pid: Pid, reason: ExitReason, atMs: number): void {
    const child = this.family.fell(pid, atMs);
    if (child === undefined) return;
    this.inTurn(child.id, () => {
      // A sibling's restart may have replaced it meanwhile.
      if (child.state !== 'fallen' || this.family.get(child.id) !== child) return;
      return this.decideOn(child, reason, null);
    });
  }

  due({ child, run }: Due): void {
    if (this.pending.get(child)?.run !== run) return;
    this.pending.delete(child);
    this.inTurn(child.id, run);
  }

  timedOut(timerName: string): void {
    const child = this.family.get(timerName.slice(timerPrefix.length));
    const pending = child && this.pending.get(child);
    if (child !== undefined && pending !== undefined) this.due({ type: 'due', child, run: pending.run });
  }

  /** Its restart is not wanted any more. Siblings that wait for the same attempt still get theirs. */
  cancel(child: Child): void {
    child.fallen = null;
    const pending = this.pending.get(child);
    if (pending === undefined || pending.restart.concerned.size > 1) return;
    this.pending.delete(child);
    this.host.cancelTimer(timerPrefix + child.id);
  }

  close(): void {
    this.lanes.close();
  }

  /** `again` is the restart of which an attempt has failed, null for a fall. */
  private async decideOn(child: Child, reason: ExitReason, again: Restart | null): Promise<void> {
    const { strategy } = this.policy;
    const standing = { strategy, intensity: this.intensity, children: this.family.all() };
    const nowMs = this.host.clock.monotonicMs();
    const { intensity, orders } = decide(standing, { child, reason, failedStart: again !== null }, nowMs);
    this.intensity = intensity;
    if (orders.do === 'give-up') {
      const restarts = intensity.restartsAtMs.length;
      this.host.emit({ type: 'intensity-exceeded', path: this.host.path, pid: this.host.self, restarts });
      this.host.end('shutdown');
    } else if (orders.do === 'restart') {
      const restart = again ?? { culprit: child, concerned: new Set([child]), start: [] };
      restart.start = orders.start;
      for (const id of orders.terminate) await this.endSibling(id);
      for (const id of orders.terminate.toReversed()) this.concern(id, restart);
      for (const id of orders.forget) this.forgetId(id);
      for (const id of orders.start) this.expect(id, restart);
      await this.attempt(child, restart);
    } else {
      this.leave(child, reason, orders.do === 'forget' || strategy === 'simple_one_for_one');
    }
  }

  private leave(child: Child, reason: ExitReason, forget: boolean): void {
    const oldPid = child.fallen?.oldPid;
    child.state = 'stopped';
    child.fallen = null;
    if (forget) this.family.forget(child);
    if (oldPid !== undefined) this.host.emit({ type: 'not-restarted', path: child.path, oldPid, reason });
  }

  private async endSibling(id: string): Promise<void> {
    const sibling = this.family.get(id);
    if (sibling === undefined) return;
    const oldPid = sibling.pid;
    const atMs = this.host.clock.monotonicMs();
    await this.family.end(sibling);
    if (oldPid !== null) sibling.fallen ??= { oldPid, atMs };
    sibling.state = 'stopped';
  }

  /** Takes a sibling that ran until this restart, or fell with the culprit, into its report. */
  private concern(id: string, restart: Restart): void {
    const sibling = this.family.get(id);
    if (sibling !== undefined && sibling.fallen !== null) restart.concerned.add(sibling);
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
    this.pending.delete(child);
    this.host.cancelTimer(timerPrefix + child.id);
    for (const other of earlier.restart.concerned) restart.concerned.add(other);
  }

  private attempt(child: Child, restart: Restart): Promise<void> | void {
    const delayMs = this.delayMs(child);
    const run = () => this.startAll(restart);
    if (delayMs === 0) return run();
    this.pending.set(child, { restart, run });
    this.host.setTimer(timerPrefix + child.id, delayMs);
  }

  private delayMs(child: Child): number {
    const { backoff, random } = this.policy;
    if (backoff === undefined) return 0;
    const fellAtMs = child.fallen?.atMs ?? this.host.clock.monotonicMs();
    if (child.readyAtMs !== null && fellAtMs - child.readyAtMs >= backoff.resetAfterMs) child.attempts = 0;
    child.readyAtMs = null;
    const attempt = child.attempts;
    child.attempts += 1;
    return attempt === 0 ? 0 : backoffMs(backoff, attempt, random);
  }

  private async startAll(restart: Restart): Promise<void> {
    for (const id of restart.start) {
      const child = this.family.get(id);
      // Not waiting any more: told to stop in the meantime.
      if (child === undefined || child.state !== 'waiting') continue;
      const started = await this.family.start(child);
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
    const run = () =>
      child.state === 'waiting' ? this.decideOn(child, reason, restart) : this.startAll(restart);
    this.pending.set(child, { restart, run });
    const due: Due = { type: 'due', child, run };
    this.host.castLater(due);
  }

  private report({ culprit, concerned }: Restart): void {
    const { fallen, pid: newPid, readyAtMs } = culprit;
    const alsoRestarted = [...concerned].flatMap((child) =>
      child === culprit || child.fallen === null
        ? []
        : [{ path: child.path, oldPid: child.fallen.oldPid, newPid: child.pid }],
    );
    for (const child of concerned) child.fallen = null;
    if (fallen === null || newPid === null) return;
    const latencyUs = Math.max(0, Math.round(((readyAtMs ?? fallen.atMs) - fallen.atMs) * 1000));
    const { strategy } = this.policy;
    const { path } = culprit;
    this.host.emit({
      type: 'restart',
      path,
      oldPid: fallen.oldPid,
      newPid,
      latencyUs,
      strategy,
      alsoRestarted,
    });
  }
}
