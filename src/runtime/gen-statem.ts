/**
 * The process kind for protocols: a state, its data, and handlers per state. gen_statem in the callback mode
 * state_functions with state_enter: postponed events come again after a change of state, in the order they had come.
 */
import type { Behaviour, Ignore } from './behaviour.ts';
import type { From } from './call.ts';
import type { Context } from './context.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Info } from './info.ts';
import type { ServerMessage } from './server-message.ts';
import { StatemMachine } from './statem-machine.ts';
import {
  type EnterAction,
  type EnterStep,
  KeepState,
  NextState,
  type Reply,
  type Step,
  StopStatem,
  type WithActions,
} from './statem-step.ts';

/** What a state is told: `content` is what the timer was set with. */
export type StatemInfo =
  | Info
  | { readonly type: 'state-timeout'; readonly content: unknown }
  | { readonly type: 'event-timeout'; readonly content: unknown };

export type Now<T> = T | Promise<T>;

export interface StateHandlers<Name, Data, Call = never, Cast = never> {
  /** Runs when the state is entered, before anything postponed; `from` is null at the start of the process. */
  enter?(data: Data, ctx: Context<Call, Cast>, from: Name | null): Now<EnterStep<Data>>;
  /** Without it a call in this state ends the process with an error. */
  call?(request: Call, data: Data, ctx: Context<Call, Cast>): Now<Step<Name, Data, Cast>>;
  /** Without it a cast in this state ends the process with an error. */
  cast?(message: Cast, data: Data, ctx: Context<Call, Cast>): Now<Step<Name, Data, Cast>>;
  /** Without it infos are noted on the event stream and passed over. */
  info?(info: StatemInfo, data: Data, ctx: Context<Call, Cast>): Now<Step<Name, Data, Cast>>;
}

export interface Begun<Name, Data> {
  readonly state: Name;
  readonly data: Data;
}

export interface GenStatem<Name extends string, Data, Call = never, Cast = never> {
  /** Exit signals become `exit` infos instead of ending the process. false without it. */
  readonly trapExit?: boolean;
  /** Runs as part of the start, and so does the first state's `enter`; a throw of either fails it. */
  init(ctx: Context<Call, Cast>): Now<Begun<Name, Data> | Ignore>;
  readonly states: { readonly [S in Name]: StateHandlers<Name, Data, Call, Cast> };
  /** On orderly ends only. */
  terminate?(reason: ExitReason, data: Data, ctx: Context<Call, Cast>, state: Name): void | Promise<void>;
}

/** The spec is shared by all incarnations; what changes belongs into the data that `init` makes. */
export function genStatem<Name extends string, Data, Call = never, Cast = never>(
  spec: GenStatem<Name, Data, Call, Cast>,
): Behaviour<ServerMessage<Call, Cast>> {
  const { trapExit = false } = spec;
  return { kind: 'worker', trapExit, incarnate: (host) => new StatemMachine(spec, host) };
}

/** Goes to a state; to the one it is in, this is no change. */
export function nextState<const Name extends string, Data, A = never>(
  state: Name,
  data: Data,
  options: WithActions<A> = {},
): NextState<Name, Data, A> {
  return new NextState(state, data, options.actions ?? []);
}

export function keepState<Data, A = never>(data: Data, options: WithActions<A> = {}): KeepState<Data, A> {
  return new KeepState(data, options.actions ?? [], false);
}

/** Stays, and runs the state's `enter` again. What is postponed stays so. */
export function repeatState<Data, A = never>(data: Data, options: WithActions<A> = {}): KeepState<Data, A> {
  return new KeepState(data, options.actions ?? [], true);
}

/** Ends the process; the replies go out before `terminate` runs. */
export function stop<Data = never>(
  reason: ExitReason,
  options: { readonly data?: Data; readonly actions?: readonly Reply[] } = {},
): StopStatem<Data> {
  const last = options.data === undefined ? null : { data: options.data };
  return new StopStatem(reason, last, options.actions ?? []);
}

export const postpone: { readonly kind: 'postpone' } = { kind: 'postpone' };

export function nextEvent<const Cast>(message: Cast): {
  readonly kind: 'next-event';
  readonly message: Cast;
} {
  return { kind: 'next-event', message };
}

export function reply<R>(from: From<R>, value: NoInfer<R>): Reply {
  return { kind: 'reply', send: (ctx) => ctx.reply(from, value) };
}

/**
 * Brings `state-timeout` with this content unless the state changes before; 0 comes after what is in the mailbox, and a
 * change of state cancels that too.
 */
export function stateTimeout(delayMs: number, content?: unknown): EnterAction {
  return { kind: 'state-timeout', change: { to: 'set', delayMs, content } };
}

/** Brings `event-timeout` unless any event comes before. */
export function eventTimeout(delayMs: number, content?: unknown): EnterAction {
  return { kind: 'event-timeout', change: { to: 'set', delayMs, content } };
}

/** Brings `timeout` with this name; changes of state leave it alone. Replaces the timer of this name. */
export function timeout(name: string, delayMs: number, content?: unknown): EnterAction {
  return { kind: 'timeout', name, change: { to: 'set', delayMs, content } };
}

/** Another content, at the same time. Without such a timer it expires at once. */
export function updateStateTimeout(content: unknown): EnterAction {
  return { kind: 'state-timeout', change: { to: 'update', content } };
}

/** Another content, at the same time. Without such a timer it expires at once. */
export function updateTimeout(name: string, content: unknown): EnterAction {
  return { kind: 'timeout', name, change: { to: 'update', content } };
}

export const cancelStateTimeout: EnterAction = { kind: 'state-timeout', change: { to: 'cancel' } };

export function cancelTimeout(name: string): EnterAction {
  return { kind: 'timeout', name, change: { to: 'cancel' } };
}
