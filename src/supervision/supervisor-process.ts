/** The process of a supervisor: the shell between its brain and the runtime. */
import { brief } from '../lib/brief.ts';
import type { Random } from '../lib/random.ts';
import {
  type Behaviour,
  type ChildInfo,
  type Host,
  type Ignore,
  type Incarnation,
  type InitVerdict,
  ignore,
  type Verdict,
} from '../runtime/behaviour.ts';
import { asError, type ExitReason } from '../runtime/exit-reason.ts';
import type { Info } from '../runtime/info.ts';
import type { Pid } from '../runtime/pid.ts';
import type { RuntimeEvent, SupervisorContext } from '../runtime/runtime-event.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { StartOutcome } from '../runtime/start-outcome.ts';
import { Brain, type Fate } from './brain.ts';
import { Child } from './child.ts';
import { shutdownMs, shutdownOf } from './child-spec.ts';
import type { Hands } from './hands.ts';
import type { SupervisorCall } from './supervisor-call.ts';
import type { SupervisorPlan } from './supervisor-plan.ts';

/** What the shell tells itself, to hear it in a turn of its own. A class, so that nobody else can say it. */
class Note {
  readonly child: Child;
  /** At its start, which may have been given up by now. */
  readonly attempt: number;
  readonly what: Said;

  constructor(child: Child, attempt: number, what: Said) {
    this.child = child;
    this.attempt = attempt;
    this.what = what;
  }
}

type FailedStart = Extract<StartOutcome, { readonly ok: false }>;

type Said =
  /** A spec's asynchronous `start` has made a behaviour, or failed to. */
  | { readonly made: { readonly ok: true; readonly behaviour: Behaviour<never> } | FailedStart }
  | { readonly started: StartOutcome }
  | 'due';

/** What the definition of a supervisor comes to, for one incarnation. Throws for a faulty one. */
export type MakePlan<Args> = () => SupervisorPlan<Args> | Ignore | Promise<SupervisorPlan<Args> | Ignore>;

type Message<Args, M> = ServerMessage<SupervisorCall<Args, M>, unknown>;

export class SupervisorProcess<Args, M> implements Incarnation<Message<Args, M>>, Hands, Fate {
  private readonly host: Host;
  private readonly random: Random;
  private readonly makePlan: MakePlan<Args>;
  private brain: Brain<Args, M> | null = null;
  private verdict: Verdict = null;

  constructor(host: Host, makePlan: MakePlan<Args>, random: Random) {
    this.host = host;
    this.makePlan = makePlan;
    this.random = random;
  }

  // --- what the runtime asks of it ------------------------------------------------------------------------------

  init(): InitVerdict | Promise<InitVerdict> {
    const plan = this.makePlan();
    return plan instanceof Promise ? plan.then((made) => this.begin(made)) : this.begin(plan);
  }

  handle(message: Message<Args, M>): Verdict {
    const { brain } = this;
    if (brain === null) return null;
    if (message.kind === 'cast') {
      if (message.message instanceof Note) this.hear(message.message, brain);
      else this.host.note(`unexpected cast: ${brief(message.message)}`);
    }
    // Who asks too early waits; who asks one that is ending learns of its end.
    else if (!brain.answers) this.host.postpone();
    else this.answer(message.request, brain);
    return this.verdict;
  }

  info(info: Info): Verdict {
    if (info.type === 'timeout') {
      if (info.content instanceof Child) this.brain?.due(info.content, 'timer');
    } else if (info.type === 'exit') {
      // From outside, not from a child: told to end.
      if (info.pid === this.host.self) return this.close(info.reason);
      // A child that lives may say what it likes: only its end is an end.
      if (!this.alive(info.pid)) this.brain?.exited(info.pid, info.reason, info.atMs);
    }
    return this.verdict;
  }

  close(reason: ExitReason): Verdict {
    if (this.brain === null) return reason;
    this.brain.close(reason);
    return this.verdict;
  }

  terminate(): void {}

  children(): readonly ChildInfo[] {
    return this.brain === null ? [] : [...this.brain.children()].map((child) => child.info);
  }

  private begin(plan: SupervisorPlan<Args> | Ignore): InitVerdict {
    if (plan === ignore) return ignore;
    const { policy, module } = plan;
    this.host.describe({ strategy: policy.strategy, module });
    this.brain = new Brain(this.host.path, plan, this, this);
    this.brain.begin();
    if (this.verdict !== null) return { fail: this.verdict };
    return this.brain.answers ? 'ok' : 'unready';
  }

  private hear({ child, attempt, what }: Note, brain: Brain<Args, M>): void {
    if (what === 'due') brain.due(child, 'turn');
    else if ('started' in what) brain.started(child, attempt, what.started);
    else if (child.attempt === attempt) {
      const failed = what.made.ok ? this.spawn(child, what.made.behaviour) : what.made;
      if (failed !== null) brain.started(child, attempt, failed);
    }
  }

  private answer(call: SupervisorCall<Args, M>, brain: Brain<Args, M>): void {
    const { host } = this;
    const { admin } = brain;
    switch (call?.type) {
      case 'start-child':
        admin.startChild(call.child, (started) => host.reply(call.from, started));
        break;
      case 'restart-child':
        admin.restartChild(call.id, (restarted) => host.reply(call.from, restarted));
        break;
      case 'terminate-child':
        admin.terminateChild(call.child, (terminated) => host.reply(call.from, terminated));
        break;
      case 'terminate-dynamic-child':
        admin.terminateId(call.id, (terminated) => host.reply(call.from, terminated));
        break;
      case 'delete-child':
        admin.deleteChild(call.id, (deleted) => host.reply(call.from, deleted));
        break;
      case 'update-spec':
        this.update(call, brain);
        break;
      case 'which-child':
        host.reply(call.from, admin.whichChild(call.id));
        break;
      case 'child-spec':
        host.reply(call.from, admin.childSpec(call.child));
        break;
      case 'which-children':
        host.reply(call.from, [...this.children()].reverse());
        break;
      case 'count-children':
        host.reply(call.from, admin.count());
        break;
      default:
        // Not answered: who asks what nobody understands waits in vain.
        host.note(`unexpected call: ${brief(call)}`);
    }
  }

  private update(
    { plan, from }: Extract<SupervisorCall<Args, M>, { type: 'update-spec' }>,
    brain: Brain<Args, M>,
  ): void {
    const dynamic = plan.policy.strategy === 'simple_one_for_one';
    if (dynamic !== brain.dynamic) this.host.reply(from, { ok: false, error: 'other_kind' });
    else {
      brain.update(plan, () => {
        this.host.describe({ strategy: plan.policy.strategy, module: plan.module });
        this.host.reply(from, { ok: true });
      });
    }
  }

  // --- what the brain has done ------------------------------------------------------------------------------------

  ready(): void {
    this.host.retryPostponed();
    this.host.ready();
  }

  over(reason: ExitReason): void {
    this.verdict = reason;
  }

  nowMs(): number {
    return this.host.clock.monotonicMs();
  }

  fraction(): number {
    return this.random.fraction();
  }

  alive(pid: Pid): boolean {
    return this.host.system.alive(pid);
  }

  start(child: Child): StartOutcome | null {
    const { attempt } = child;
    try {
      const made = child.spec.start();
      if (!(made instanceof Promise)) return this.spawn(child, made);
      void made
        .then((behaviour) => ({ ok: true, behaviour }) as const, failedBy)
        .then((result) => this.tell(new Note(child, attempt, { made: result })));
      return null;
    } catch (thrown) {
      return failedBy(thrown);
    }
  }

  end(child: Child, pid: Pid): void {
    const withinMs = shutdownMs(shutdownOf(child.spec.shutdown, child.type));
    if (withinMs === null) this.host.exit(pid, 'kill');
    else this.host.stopChild(pid, 'shutdown', withinMs);
  }

  wait(child: Child, delayMs: number): void {
    this.host.setTimer(`restart:${child.id}`, delayMs, child);
  }

  stopWaiting(child: Child): void {
    this.host.cancelTimer(`restart:${child.id}`);
  }

  yield(child: Child): void {
    this.host.castLater(new Note(child, child.attempt, 'due'));
  }

  restarted(event: Extract<RuntimeEvent, { type: 'restart' | 'not-restarted' }>): void {
    this.host.emit(event);
  }

  progress(child: Child): void {
    const { path, self: pid } = this.host;
    this.host.emit({ type: 'progress', path, pid, started: offender(child, child.pid) });
  }

  report(context: SupervisorContext, reason: ExitReason, child: Child, pid: Pid | null): void {
    const { path, self } = this.host;
    this.host.emit({ type: 'report', path, pid: self, context, reason, offender: offender(child, pid) });
  }

  exceeded(restarts: number): void {
    this.host.emit({ type: 'intensity-exceeded', path: this.host.path, pid: this.host.self, restarts });
  }

  /** Null when a process is on its way; else why there is none. */
  private spawn(child: Child, behaviour: Behaviour<never>): FailedStart | null {
    const { id, path, attempt, spec } = child;
    const { name, mailboxMax } = spec;
    try {
      const given = this.host.startChild(behaviour, { id, path, name, mailboxMax }, (_pid, started) =>
        this.tell(new Note(child, attempt, { started })),
      );
      if ('refused' in given) return { ok: false, reason: given.refused };
      this.brain?.spawned(child, given, spec.type ?? behaviour.kind);
      return null;
    } catch (thrown) {
      // What `start` gave is no behaviour.
      return failedBy(thrown);
    }
  }

  private tell(note: Note): void {
    this.host.castSelf(note);
  }
}

function failedBy(thrown: unknown): FailedStart {
  return { ok: false, reason: { error: asError(thrown) } };
}

function offender(child: Child, pid: Pid | null) {
  const { path, fullSpec } = child;
  return { ...fullSpec, path, pid };
}
