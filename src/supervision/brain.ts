/**
 * Everything a supervisor does between what it hears and what it has done: its start, restarts, admin calls, its end.
 * Deterministic: it acts through its hands alone, and hears of time and chance through them. A supervisor's process is
 * a shell around it, and so is the simulation of the tests.
 */
import type { ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import type { StartOutcome } from '../runtime/start-outcome.ts';
import { Admin } from './admin.ts';
import type { Child } from './child.ts';
import type { ChildType } from './child-spec.ts';
import { keepsSpec } from './decide.ts';
import { type ChildWork, Family, type Reply, type Step } from './family.ts';
import type { Hands } from './hands.ts';
import type { Lanes } from './lanes.ts';
import { Restarter, type Wake } from './restarter.ts';
import type { SupervisorPlan } from './supervisor-plan.ts';

/** What becomes of the supervisor itself. */
export interface Fate {
  /** All children are started. */
  ready(): void;
  /** It is over: no child lives any more. */
  over(reason: ExitReason): void;
}

export class Brain<Args, M> {
  readonly admin: Admin<Args, M>;
  private readonly family: Family;
  private readonly lanes: Lanes<Step, Reply>;
  private readonly restarter: Restarter;
  private readonly fate: Fate;
  private plan: SupervisorPlan<Args>;

  constructor(path: string, plan: SupervisorPlan<Args>, hands: Hands, fate: Fate) {
    this.plan = plan;
    this.fate = fate;
    this.family = new Family(path, hands);
    this.lanes = this.family.lanes();
    this.restarter = new Restarter(this.family, hands, this.lanes, plan.policy, () => this.close('shutdown'));
    this.admin = new Admin(this.family, this.restarter, hands, plan);
  }

  /** In start order. */
  children(): Iterable<Child> {
    return this.family.all();
  }

  // --- what it hears ------------------------------------------------------------------------------------------

  begin(): void {
    const starting = this.family.lanes();
    starting.open();
    starting.run('', () => this.startAll());
  }

  /** A start under way has a process. */
  spawned(child: Child, pid: Pid, type: ChildType): void {
    child.type = type;
    this.family.spawned(child, pid);
  }

  /** How the start went that was this attempt at this child. */
  started(child: Child, attempt: number, outcome: StartOutcome): void {
    this.family.started(child, attempt, outcome);
  }

  exited(pid: Pid, reason: ExitReason, atMs: number): void {
    const fallen = this.family.exited(pid, reason, atMs);
    if (fallen !== null) this.restarter.fell(fallen, reason);
  }

  /** What `Hands.wait` or `Hands.yield` was to bring. */
  due(child: Child, by: Wake): void {
    this.restarter.due(child, by);
  }

  /** From outside, or because it gives up: all children end, then itself. */
  close(reason: ExitReason): void {
    if (this.lanes.isClosed) return;
    this.lanes.close();
    const ending = this.family.lanes();
    ending.open();
    // Dynamic children have no order: together they take as long as the slowest.
    if (this.dynamic) {
      for (const child of this.family.all()) ending.run(child.id, () => this.family.end(child));
    } else ending.run('', () => this.endAll());
    ending.whenIdle(() => this.fate.over(reason));
  }

  /** Another plan, already checked. It is taken up when nothing is going on; `done` says so. */
  update(plan: SupervisorPlan<Args>, done: () => void): void {
    this.lanes.whenIdle(() => {
      this.plan = plan;
      this.admin.adopt(plan);
      done();
    });
  }

  /** Between its start and its end: it can be asked. */
  get answers(): boolean {
    return this.lanes.isOpen;
  }

  get dynamic(): boolean {
    return this.plan.policy.strategy === 'simple_one_for_one';
  }

  // --- what it does -------------------------------------------------------------------------------------------

  private *startAll(): ChildWork {
    for (const spec of this.plan.children) {
      if (this.lanes.isClosed) return;
      const child = this.family.add(spec);
      const started = yield* this.family.start(child);
      if (started.ok) continue;
      if (started.reason !== 'ignore') {
        const { reason } = started;
        this.close({ shutdown: { failed_to_start_child: child.id, reason } });
        return;
      }
      if (!keepsSpec(child, this.plan.policy.strategy)) this.family.forget(child);
    }
    this.fate.ready();
    this.lanes.open();
  }

  private *endAll(): ChildWork {
    for (const child of [...this.family.all()].reverse()) yield* this.family.end(child);
  }
}
