/** The process of a supervisor, static or dynamic: its start, its end, its admin calls. Restarts are `restarter.ts`. */
import type { ChildInfo, Host, Incarnation, InitVerdict, Verdict } from '../runtime/behaviour.ts';
import { asError, type ExitReason } from '../runtime/exit-reason.ts';
import type { Info } from '../runtime/info.ts';
import type { Pid } from '../runtime/pid.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { Child } from './child.ts';
import { type ChildSpec, checkChildSpec } from './child-spec.ts';
import { Family } from './family.ts';
import { type Due, Restarter, type RestartPolicy } from './restarter.ts';
import type {
  ChildCount,
  DeletedChild,
  RestartedChild,
  StartedChild,
  SupervisorCall,
  TerminatedChild,
} from './supervisor-call.ts';

export interface SupervisorPlan<Args> {
  readonly policy: RestartPolicy;
  /** Started with the supervisor. */
  readonly children: readonly ChildSpec[];
  readonly maxChildren: number;
  child(args: Args): ChildSpec;
}

export class SupervisorProcess<Args, M> implements Incarnation<ServerMessage<SupervisorCall<Args, M>, Due>> {
  private readonly host: Host;
  private readonly plan: SupervisorPlan<Args>;
  private readonly family: Family;
  private readonly restarter: Restarter;
  /** Dynamic: children are alike, their order means nothing, and one that has ended is forgotten. */
  private readonly dynamic: boolean;

  constructor(host: Host, plan: SupervisorPlan<Args>) {
    this.host = host;
    this.plan = plan;
    this.family = new Family(host);
    this.restarter = new Restarter(host, this.family, plan.policy);
    this.dynamic = plan.policy.strategy === 'simple_one_for_one';
  }

  async init(): Promise<InitVerdict> {
    for (const spec of this.plan.children) {
      const child = this.family.add(spec);
      const started = await this.family.start(child);
      if (started.ok) continue;
      if (started.reason === 'ignore') {
        if (child.restart === 'temporary') this.family.forget(child);
        continue;
      }
      await this.endAll();
      return { fail: { shutdown: { failed_to_start_child: child.id, reason: started.reason } } };
    }
    return 'ok';
  }

  handle(message: ServerMessage<SupervisorCall<Args, M>, Due>): Verdict {
    if (message.kind === 'cast') this.restarter.due(message.message);
    else this.answer(message.request);
    return null;
  }

  info(info: Info): Verdict {
    if (info.type === 'timeout') this.restarter.timedOut(info.name);
    else if (info.type === 'exit') {
      // From outside, not from a child: told to end.
      if (info.pid === this.host.self) return info.reason;
      this.restarter.exited(info.pid, info.reason, info.atMs);
    }
    return null;
  }

  async terminate(): Promise<void> {
    this.restarter.close();
    await this.endAll();
  }

  children(): readonly ChildInfo[] {
    return [...this.family.all()].map((child) => child.info);
  }

  private async endAll(): Promise<void> {
    this.family.close();
    const children = [...this.family.all()].reverse();
    if (this.dynamic) await Promise.all(children.map((child) => this.family.end(child)));
    else for (const child of children) await this.family.end(child);
  }

  private answer(call: SupervisorCall<Args, M>): void {
    const { host } = this;
    switch (call.type) {
      case 'start-child':
        this.startChild(call.child, (started) => host.reply(call.from, started));
        break;
      case 'restart-child':
        this.restarter.inTurn(call.id, async () => host.reply(call.from, await this.restartChild(call.id)));
        break;
      case 'terminate-child': {
        const id = typeof call.id === 'string' ? call.id : (this.idOf(call.id) ?? '');
        this.restarter.inTurn(id, async () => host.reply(call.from, await this.terminateChild(id)));
        break;
      }
      case 'delete-child':
        this.restarter.inTurn(call.id, () => host.reply(call.from, this.deleteChild(call.id)));
        break;
      case 'which-children':
        host.reply(call.from, [...this.children()].reverse());
        break;
      case 'count-children':
        host.reply(call.from, this.count());
        break;
    }
  }

  private startChild(args: Args, reply: (started: StartedChild<M>) => void): void {
    let spec: ChildSpec;
    try {
      spec = this.plan.child(args);
      checkChildSpec(spec);
    } catch (thrown) {
      reply({ ok: false, error: { start: { error: asError(thrown) } } });
      return;
    }
    this.restarter.inTurn(spec.id, async () => reply(await this.startSpec(spec)));
  }

  private async startSpec(spec: ChildSpec): Promise<StartedChild<M>> {
    const present = this.family.get(spec.id);
    if (present !== undefined) {
      const { pid } = present;
      if (pid === null) return { ok: false, error: 'already_present' };
      return { ok: false, error: 'already_started', pid };
    }
    if (this.family.size >= this.plan.maxChildren) return { ok: false, error: 'max_children' };
    const child = this.family.add(spec);
    const started = await this.family.start(child);
    // The spec that `plan.child` made is one of a process that accepts M.
    if (started.ok && child.pid !== null) return { ok: true, pid: child.pid as Pid<M> };
    const ignored = !started.ok && started.reason === 'ignore';
    if (!ignored || this.dynamic || child.restart === 'temporary') this.family.forget(child);
    if (ignored) return { ok: false, error: 'ignore' };
    return { ok: false, error: { start: reasonOf(started) } };
  }

  private async restartChild(id: string): Promise<RestartedChild> {
    if (this.dynamic) return { ok: false, error: 'simple_one_for_one' };
    const child = this.family.get(id);
    if (child === undefined) return { ok: false, error: 'not_found' };
    if (child.pid !== null) return { ok: false, error: 'running' };
    if (child.state !== 'stopped') return { ok: false, error: 'restarting' };
    const started = await this.family.start(child);
    if (started.ok && child.pid !== null) return { ok: true, pid: child.pid };
    if (!started.ok && started.reason === 'ignore') return { ok: false, error: 'ignore' };
    return { ok: false, error: { start: reasonOf(started) } };
  }

  private async terminateChild(id: string): Promise<TerminatedChild> {
    const child = this.family.get(id);
    if (child === undefined) return { ok: false, error: 'not_found' };
    this.restarter.cancel(child);
    await this.family.end(child);
    child.state = 'stopped';
    if (this.dynamic || child.restart === 'temporary') this.family.forget(child);
    return { ok: true };
  }

  private deleteChild(id: string): DeletedChild {
    if (this.dynamic) return { ok: false, error: 'simple_one_for_one' };
    const child = this.family.get(id);
    if (child === undefined) return { ok: false, error: 'not_found' };
    if (child.pid !== null) return { ok: false, error: 'running' };
    if (child.state !== 'stopped') return { ok: false, error: 'restarting' };
    this.family.forget(child);
    return { ok: true };
  }

  private idOf(pid: Pid): string | undefined {
    return this.family.withPid(pid)?.id;
  }

  private count(): ChildCount {
    const children: Child[] = [...this.family.all()];
    const supervisors = children.filter((child) => child.kind === 'supervisor').length;
    const active = children.filter((child) => child.pid !== null).length;
    return { specs: children.length, active, supervisors, workers: children.length - supervisors };
  }
}

function reasonOf(started: { ok: true } | { ok: false; reason: ExitReason | 'ignore' }): ExitReason {
  // Ready and ended in the same breath.
  return started.ok || started.reason === 'ignore' ? 'noproc' : started.reason;
}
