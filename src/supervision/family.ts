/** The children of one supervisor and how a single one of them is started and ended. Knows no strategy. */
import type { ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import type { StartOutcome } from '../runtime/start-outcome.ts';
import { Child } from './child.ts';
import type { ChildSpec } from './child-spec.ts';
import type { Hands } from './hands.ts';
import { Lanes } from './lanes.ts';

/** What takes its time. */
export interface Step {
  readonly do: 'start' | 'end';
  readonly child: Child;
}

/** How a start went, or with what reason the child ended. */
export type Reply = StartOutcome | { readonly ended: ExitReason };
export type ChildWork<T = void> = Generator<Step, T, Reply>;

export class Family {
  private readonly path: string;
  private readonly hands: Hands;
  private readonly byId = new Map<string, Child>();
  private readonly byPid = new Map<Pid, Child>();
  /** Those that are being replaced, by the incarnation that has fallen. */
  private readonly byOldPid = new Map<Pid, Child>();
  /** Who goes on when the step under way with this child is over. */
  private readonly resumes = new Map<Child, (reply: Reply) => void>();

  constructor(path: string, hands: Hands) {
    this.path = path;
    this.hands = hands;
  }

  get size(): number {
    return this.byId.size;
  }

  /** In start order. */
  all(): Iterable<Child> {
    return this.byId.values();
  }

  get(id: string): Child | undefined {
    return this.byId.get(id);
  }

  /** The child that has this pid, or had it until the fall after which it is being restarted. */
  withPid(pid: Pid): Child | undefined {
    return this.byPid.get(pid) ?? this.byOldPid.get(pid);
  }

  add(spec: ChildSpec): Child {
    const child = new Child(spec, this.path);
    this.byId.set(child.id, child);
    return child;
  }

  forget(child: Child): void {
    // Its fall itself is still to be told of.
    if (child.fallen !== null) this.byOldPid.delete(child.fallen.oldPid);
    if (this.byId.get(child.id) === child) this.byId.delete(child.id);
  }

  /** Puts the children into another order; those not named keep theirs, behind. */
  reorder(ids: readonly string[]): void {
    const rest = new Map(this.byId);
    this.byId.clear();
    for (const id of [...ids, ...rest.keys()]) {
      const child = rest.get(id);
      if (child !== undefined) this.byId.set(id, child);
    }
  }

  lanes(): Lanes<Step, Reply> {
    return new Lanes((step, resume) => this.carry(step, resume));
  }

  // --- what lanes do with a child ---------------------------------------------------------------------------

  *start(child: Child): ChildWork<StartOutcome> {
    child.state = 'starting';
    child.attempt += 1;
    return startOf(yield { do: 'start', child });
  }

  /** At once if it has no incarnation. Its end is then no news. */
  *end(child: Child): ChildWork {
    const { pid } = child;
    if (pid !== null) {
      child.state = 'ending';
      const reply = yield { do: 'end', child };
      if ('ended' in reply && !isObedient(reply.ended, child)) {
        this.hands.report('shutdown_error', reply.ended, child, pid);
      }
    }
    // What is still being made for it comes too late.
    child.attempt += 1;
    child.state = 'stopped';
  }

  /**
   * Its end waits for its turn. Starts that come before that, or are going on, come to nothing: they might never be over
   * by themselves.
   */
  doom(child: Child): void {
    child.ends += 1;
    if (child.state === 'starting') this.cutShort(child);
  }

  /** The turn of one such end has come. */
  pardon(child: Child): void {
    child.ends -= 1;
  }

  /** At once, or when the process has been told to end. */
  private cutShort(child: Child): void {
    if (child.pid !== null) this.hands.end(child, child.pid);
    else this.started(child, child.attempt, { ok: false, reason: 'shutdown' });
  }

  // --- what becomes of it -----------------------------------------------------------------------------------

  /** A start that is under way has a process now. */
  spawned(child: Child, pid: Pid): void {
    child.pid = pid;
    this.byPid.set(pid, child);
  }

  /** A start is over. Nothing comes of an attempt that was given up. */
  started(child: Child, attempt: number, outcome: StartOutcome): void {
    if (child.attempt !== attempt) return;
    if (child.state === 'starting') {
      this.settle(child, outcome);
      this.resume(child, outcome);
    } else if (!outcome.ok) {
      // Told to end before it was ready, and now it never will be.
      this.lose(child);
      this.resume(child, { ended: outcome.reason === 'ignore' ? 'normal' : outcome.reason });
    }
  }

  /** The child that has ended by itself, which is `fallen` from now on. Null if its end was wanted, or it is no child. */
  exited(pid: Pid, reason: ExitReason, atMs: number): Child | null {
    const child = this.byPid.get(pid);
    if (child === undefined) return null;
    this.lose(child);
    if (child.state === 'ending') {
      this.resume(child, { ended: reason });
      return null;
    }
    child.state = 'fallen';
    this.fell(child, pid, atMs);
    return child;
  }

  /** Until the fall is forgotten the child is known by this pid too. What it has fallen from first counts. */
  fell(child: Child, oldPid: Pid, atMs: number): void {
    if (child.fallen !== null) return;
    child.fallen = { oldPid, atMs };
    this.byOldPid.set(oldPid, child);
  }

  /** Its restart is over, or not wanted any more. */
  forgetFall(child: Child): void {
    if (child.fallen !== null) this.byOldPid.delete(child.fallen.oldPid);
    child.fallen = null;
  }

  private carry({ do: what, child }: Step, resume: (reply: Reply) => void): Reply | null {
    this.resumes.set(child, resume);
    if (what === 'end') {
      if (child.pid !== null) this.hands.end(child, child.pid);
      return null;
    }
    const failed = this.hands.start(child);
    if (failed !== null) {
      this.resumes.delete(child);
      this.settle(child, failed);
    } else if (child.ends > 0) this.cutShort(child);
    return failed;
  }

  private settle(child: Child, outcome: StartOutcome): void {
    if (outcome.ok) {
      child.state = 'running';
      child.readyAtMs = this.hands.nowMs();
      if (child.restart === 'temporary') child.letGoOfStart();
      this.hands.progress(child);
    } else {
      this.lose(child);
      child.state = 'stopped';
      // What is still being made for it comes too late.
      child.attempt += 1;
      if (outcome.reason !== 'ignore') this.hands.report('start_error', outcome.reason, child, null);
    }
  }

  private resume(child: Child, reply: Reply): void {
    const resume = this.resumes.get(child);
    this.resumes.delete(child);
    resume?.(reply);
  }

  private lose(child: Child): void {
    if (child.pid !== null) this.byPid.delete(child.pid);
    child.pid = null;
  }
}

function startOf(reply: Reply): StartOutcome {
  return 'ended' in reply ? { ok: false, reason: reply.ended } : reply;
}

/** Whether a child that was told to end did so as told, or by itself in order. */
function isObedient(reason: ExitReason, child: Child): boolean {
  if (reason === 'killed') return child.spec.shutdown === 'brutal_kill';
  if (typeof reason === 'object') return 'shutdown' in reason;
  return reason === 'shutdown' || (reason === 'normal' && child.restart !== 'permanent');
}
