/** What a supervisor does when it is asked to, from outside: OTP's admin calls, each in its turn on the child's lane. */
import { asError, type ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import type { StartOutcome } from '../runtime/start-outcome.ts';
import type { Child } from './child.ts';
import { type ChildSpec, faultOfChild } from './child-spec.ts';
import { keepsSpec } from './decide.ts';
import type { ChildWork, Family } from './family.ts';
import type { Hands } from './hands.ts';
import type { Restarter } from './restarter.ts';
import { SpecFault } from './spec-fault.ts';
import type {
  ChildCount,
  DeletedChild,
  FoundChild,
  FoundChildSpec,
  Refused,
  RestartedChild,
  Started,
  StartedChild,
  TerminatedChild,
} from './supervisor-call.ts';
import type { SupervisorPlan } from './supervisor-plan.ts';

const notFound = { ok: false, error: 'not_found' } as const;
const notDynamic = { ok: false, error: 'simple_one_for_one' } as const;

export class Admin<Args, M> {
  private readonly family: Family;
  private readonly restarter: Restarter;
  private readonly hands: Pick<Hands, 'alive'>;
  private plan: SupervisorPlan<Args>;

  constructor(family: Family, restarter: Restarter, hands: Pick<Hands, 'alive'>, plan: SupervisorPlan<Args>) {
    this.family = family;
    this.restarter = restarter;
    this.hands = hands;
    this.plan = plan;
  }

  /** Children that run keep running; specs that are not in the new plan stay, behind those that are. */
  adopt(plan: SupervisorPlan<Args>): void {
    this.plan = plan;
    for (const spec of plan.children) {
      const present = this.family.get(spec.id);
      if (present === undefined) this.family.add(spec);
      else present.spec = spec;
    }
    this.family.reorder(plan.children.map(({ id }) => id));
    this.restarter.adopt(plan.policy);
  }

  startChild(args: Args, answer: (started: StartedChild<M>) => void): void {
    const spec = this.specFor(args);
    if (spec instanceof SpecFault) answer({ ok: false, error: { spec } });
    else this.inTurn(spec.id, answer, () => this.startSpec(spec, answer));
  }

  restartChild(id: string, answer: (restarted: RestartedChild) => void): void {
    if (this.dynamic) answer(notDynamic);
    else this.inTurn(id, answer, () => this.restartStopped(id, answer));
  }

  terminateChild(named: string | Pid, answer: (terminated: TerminatedChild) => void): void {
    if (typeof named !== 'string') this.terminatePid(named, answer);
    else if (this.dynamic) answer(notDynamic);
    else this.terminateId(named, answer);
  }

  terminateId(id: string, answer: (terminated: TerminatedChild) => void): void {
    const child = this.family.get(id);
    if (child === undefined) {
      this.inTurn(id, answer, () => this.endChild(id, answer));
      return;
    }
    if (!this.restarter.isCrowded(id)) this.family.doom(child);
    this.inTurn(id, answer, () => {
      this.family.pardon(child);
      return this.endChild(id, answer);
    });
  }

  deleteChild(id: string, answer: (deleted: DeletedChild) => void): void {
    if (this.dynamic) answer(notDynamic);
    else this.inTurn(id, answer, () => void answer(this.deleteStopped(id)));
  }

  whichChild(id: string): FoundChild {
    const child = this.family.get(id);
    return child === undefined ? notFound : { ok: true, child: child.info };
  }

  childSpec(named: string | Pid): FoundChildSpec {
    const child = typeof named === 'string' ? this.family.get(named) : this.family.withPid(named);
    return child === undefined ? notFound : { ok: true, spec: child.fullSpec };
  }

  count(): ChildCount {
    let [specs, active, supervisors] = [0, 0, 0];
    for (const child of this.family.all()) {
      specs += 1;
      if (child.pid !== null && child.state !== 'starting') active += 1;
      if (child.type === 'supervisor') supervisors += 1;
    }
    return { specs, active, supervisors, workers: specs - supervisors };
  }

  private inTurn(
    id: string,
    answer: (refused: Refused<never>) => void,
    begin: () => ChildWork | undefined,
  ): void {
    if (this.restarter.isCrowded(id)) answer({ ok: false, error: 'overloaded' });
    else this.restarter.inTurn(id, begin);
  }

  private get dynamic(): boolean {
    return this.plan.policy.strategy === 'simple_one_for_one';
  }

  private keepsSpec(child: Child): boolean {
    return keepsSpec(child, this.plan.policy.strategy);
  }

  private specFor(args: Args): ChildSpec | SpecFault {
    try {
      const spec = this.plan.child(args);
      return faultOfChild(spec, this.plan.policy.autoShutdown) ?? spec;
    } catch (thrown) {
      return new SpecFault('bad_start_spec', asError(thrown).message);
    }
  }

  private *startSpec(spec: ChildSpec, answer: (started: StartedChild<M>) => void): ChildWork {
    const present = this.family.get(spec.id);
    if (present !== undefined) {
      const { pid } = present;
      answer(
        pid === null ? { ok: false, error: 'already_present' } : { ok: false, error: 'already_started', pid },
      );
      return;
    }
    if (this.family.size >= this.plan.maxChildren) {
      answer({ ok: false, error: 'max_children' });
      return;
    }
    const child = this.family.add(spec);
    const started = yield* this.family.start(child);
    const ignored = !started.ok && started.reason === 'ignore';
    if (!started.ok && !(ignored && this.keepsSpec(child))) this.family.forget(child);
    answer(answerFor<M>(child, started));
  }

  private *restartStopped(id: string, answer: (restarted: RestartedChild) => void): ChildWork {
    const child = atRest(this.family.get(id));
    if ('error' in child) {
      answer(child);
      return;
    }
    const started = yield* this.family.start(child);
    answer(answerFor<never>(child, started));
  }

  /** A pid that has ended was a child of somebody, perhaps of ours: what is asked for is so already. */
  private terminatePid(pid: Pid, answer: (terminated: TerminatedChild) => void): void {
    const child = this.dynamic ? this.family.withPid(pid) : undefined;
    if (child !== undefined) this.terminateId(child.id, answer);
    else answer(this.dynamic && !this.hands.alive(pid) ? { ok: true } : notFound);
  }

  private *endChild(id: string, answer: (terminated: TerminatedChild) => void): ChildWork {
    const child = this.family.get(id);
    if (child === undefined) {
      answer(notFound);
      return;
    }
    this.restarter.cancel(child);
    yield* this.family.end(child);
    if (!this.keepsSpec(child)) this.family.forget(child);
    answer({ ok: true });
  }

  private deleteStopped(id: string): DeletedChild {
    const child = atRest(this.family.get(id));
    if ('error' in child) return child;
    this.family.forget(child);
    return { ok: true };
  }
}

/** The child, if something can be done to it because it is at rest; else why not. */
function atRest(child: Child | undefined): Child | Refused<'running' | 'restarting' | 'not_found'> {
  if (child === undefined) return notFound;
  if (child.pid !== null) return { ok: false, error: 'running' };
  return child.state === 'stopped' ? child : { ok: false, error: 'restarting' };
}

function answerFor<M>(
  { pid }: Child,
  started: StartOutcome,
): Started<M> | Refused<'ignore' | { start: ExitReason }> {
  if (!started.ok) {
    const { reason } = started;
    return { ok: false, error: reason === 'ignore' ? 'ignore' : { start: reason } };
  }
  if (pid === null) throw new Error('a child that was started has a pid');
  const { info } = started;
  // The spec that the plan made is one of a process that accepts M.
  return { ok: true, pid: pid as Pid<M>, ...(info !== undefined && { info }) };
}
