/** Carries out what the handlers of a GenStatem answer, in gen_statem's order. */
import {
  type Host,
  type Ignore,
  type Incarnation,
  type InitVerdict,
  ignore,
  type Verdict,
} from './behaviour.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Begun, GenStatem, Now, StatemInfo } from './gen-statem.ts';
import type { Info } from './info.ts';
import type { ServerMessage } from './server-message.ts';
import {
  type EnterAction,
  type EnterStep,
  KeepState,
  NextState,
  type Step,
  StopStatem,
  type TimerChange,
} from './statem-step.ts';

/** Timer names that no handler can use. */
const stateTimer = '\0state';
const eventTimer = '\0event';

export class StatemMachine<Name extends string, Data, Call, Cast>
  implements Incarnation<ServerMessage<Call, Cast>>
{
  private readonly spec: GenStatem<Name, Data, Call, Cast>;
  private readonly host: Host;
  private held: { state: Name; data: Data } | null = null;

  constructor(spec: GenStatem<Name, Data, Call, Cast>, host: Host) {
    this.spec = spec;
    this.host = host;
  }

  init(): InitVerdict | Promise<InitVerdict> {
    const begun = this.spec.init(this.host);
    return begun instanceof Promise ? begun.then((settled) => this.begin(settled)) : this.begin(begun);
  }

  handle(message: ServerMessage<Call, Cast>): Verdict | Promise<Verdict> {
    this.host.cancelTimer(eventTimer);
    const { state, data } = this.now;
    const handlers = this.spec.states[state];
    if (message.kind === 'call') {
      if (handlers.call === undefined) throw new Error(`state ${state} takes no calls`);
      return this.take(handlers.call(message.request, data, this.host));
    }
    if (handlers.cast === undefined) throw new Error(`state ${state} takes no casts`);
    return this.take(handlers.cast(message.message, data, this.host));
  }

  info(info: Info): Verdict | Promise<Verdict> {
    const told = translated(info);
    this.host.cancelTimer(eventTimer);
    const { state, data } = this.now;
    const handlers = this.spec.states[state];
    if (handlers.info !== undefined) return this.take(handlers.info(told, data, this.host));
    this.host.note(`unhandled info in state ${state}: ${told.type}`);
    return null;
  }

  terminate(reason: ExitReason): void | Promise<void> {
    const { state, data } = this.now;
    return this.spec.terminate?.(reason, data, this.host, state);
  }

  private begin(begun: Begun<Name, Data> | Ignore): InitVerdict | Promise<InitVerdict> {
    if (begun === ignore || !this.host.alive()) return ignore;
    this.held = { state: begun.state, data: begun.data };
    const entered = this.enter(null);
    return entered instanceof Promise ? entered.then(verdictOfStart) : verdictOfStart(entered);
  }

  private get now(): { state: Name; data: Data } {
    if (this.held === null) throw new Error('no state before init');
    return this.held;
  }

  private take(handled: Now<Step<Name, Data, Cast>>): Verdict | Promise<Verdict> {
    return handled instanceof Promise ? handled.then((step) => this.go(step)) : this.go(handled);
  }

  private go(step: Step<Name, Data, Cast>): Verdict | Promise<Verdict> {
    if (!this.host.alive()) return null;
    if (step instanceof StopStatem) return this.halt(step);
    if (!(step instanceof NextState || step instanceof KeepState)) {
      throw new Error(`bad return value in state ${this.now.state}`);
    }
    const from = this.now.state;
    const to = step instanceof NextState ? step.state : from;
    const changed = to !== from;
    this.held = { state: to, data: step.data };
    if (changed) this.host.cancelTimer(stateTimer);
    let postponed = false;
    const inserted: Cast[] = [];
    for (const action of step.actions) {
      if (action.kind === 'postpone') postponed = true;
      else if (action.kind === 'next-event') inserted.push(action.message);
      else this.act(action);
    }
    if (postponed) this.host.postpone();
    const entered = changed || (step instanceof KeepState && step.repeat) ? this.enter(from) : null;
    if (entered instanceof Promise) return entered.then((verdict) => this.arrive(verdict, changed, inserted));
    return this.arrive(entered, changed, inserted);
  }

  /** The events of the new state: inserted ones, then what was postponed, then the mailbox. */
  private arrive(verdict: Verdict, changed: boolean, inserted: readonly Cast[]): Verdict {
    if (verdict !== null || !this.host.alive()) return verdict;
    if (changed) this.host.retryPostponed();
    if (inserted.length > 0) this.host.insert(inserted);
    return null;
  }

  private enter(from: Name | null): Verdict | Promise<Verdict> {
    const { state, data } = this.now;
    const entered = this.spec.states[state].enter?.(data, this.host, from);
    if (entered === undefined) return null;
    return entered instanceof Promise ? entered.then((step) => this.stay(step)) : this.stay(entered);
  }

  private stay(step: EnterStep<Data>): Verdict {
    if (!this.host.alive()) return null;
    if (step instanceof StopStatem) return this.halt(step);
    if (!(step instanceof KeepState)) throw new Error(`bad return value of enter in state ${this.now.state}`);
    this.now.data = step.data;
    for (const action of step.actions) this.act(action);
    return null;
  }

  private halt(step: StopStatem<Data>): ExitReason {
    for (const action of step.replies) this.act(action);
    if (step.last !== null) this.now.data = step.last.data;
    return step.reason;
  }

  /** The types say already what can be done, but not to everybody. */
  private act(action: EnterAction): void {
    if (action.kind === 'reply') action.send(this.host);
    else if (action.kind === 'state-timeout') this.time(stateTimer, action.change);
    else if (action.kind === 'event-timeout') this.time(eventTimer, action.change);
    else if (action.kind === 'timeout') this.time(action.name, action.change);
    else throw new Error(badAction(this.now.state, action));
  }

  private time(name: string, change: TimerChange): void {
    if (change.to === 'cancel') this.host.cancelTimer(name);
    else if (change.to === 'set') this.host.setTimer(name, change.delayMs, change.content);
    else if (!this.host.updateTimer(name, change.content)) this.host.setTimer(name, 0, change.content);
  }
}

function verdictOfStart(verdict: Verdict): InitVerdict {
  return verdict === null ? 'ok' : { fail: verdict };
}

function translated(info: Info): StatemInfo {
  if (info.type !== 'timeout') return info;
  const { name, content } = info;
  if (name === stateTimer) return { type: 'state-timeout', content };
  return name === eventTimer ? { type: 'event-timeout', content } : info;
}

function badAction(state: string, { kind }: { readonly kind: string }): string {
  return kind === 'postpone' || kind === 'next-event'
    ? `enter in state ${state} can not ${kind}: there is no event in hand`
    : `bad action in state ${state}`;
}
