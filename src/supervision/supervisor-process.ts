/** The process of a supervisor: the shell between its brain and the runtime. */
import { brief } from '../lib/brief.ts';
import type { Random } from '../lib/random.ts';
import {
  type ChildInfo,
  type Host,
  type Ignore,
  type Incarnation,
  type InitVerdict,
  ignore,
  type Verdict,
} from '../runtime/behaviour.ts';
import type { ExitReason } from '../runtime/exit-reason.ts';
import type { Info } from '../runtime/info.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { Brain, type Fate } from './brain.ts';
import { Child } from './child.ts';
import { Note, RuntimeHands } from './runtime-hands.ts';
import type { SupervisorCall } from './supervisor-call.ts';
import type { SupervisorPlan } from './supervisor-plan.ts';

/** What the definition of a supervisor comes to, for one incarnation. Throws for a faulty one. */
export type MakePlan<Args> = () => SupervisorPlan<Args> | Ignore | Promise<SupervisorPlan<Args> | Ignore>;

type Message<Args, M> = ServerMessage<SupervisorCall<Args, M>, unknown>;

export class SupervisorProcess<Args, M> implements Incarnation<Message<Args, M>>, Fate {
  private readonly host: Host;
  private readonly hands: RuntimeHands;
  private readonly makePlan: MakePlan<Args>;
  private brain: Brain<Args, M> | null = null;
  private verdict: Verdict = null;

  constructor(host: Host, makePlan: MakePlan<Args>, random: Random) {
    this.host = host;
    this.makePlan = makePlan;
    this.hands = new RuntimeHands(host, random);
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
      if (message.message instanceof Note) message.message.say(brain);
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
      if (!this.hands.alive(info.pid)) this.brain?.exited(info.pid, info.reason, info.atMs);
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
    this.brain = new Brain<Args, M>(this.host.path, plan, this.hands, this);
    this.hands.ear = this.brain;
    this.brain.begin();
    if (this.verdict !== null) return { fail: this.verdict };
    return this.brain.answers ? 'ok' : 'unready';
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

  // --- what becomes of it ---------------------------------------------------------------------------------------

  ready(): void {
    this.host.retryPostponed();
    this.host.ready();
  }

  over(reason: ExitReason): void {
    this.verdict = reason;
  }
}
