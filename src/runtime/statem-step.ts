/**
 * What a state's handler answers: where to go and what to do on the way. Values only; `gen-statem.ts` carries them
 * out. The words are gen_statem's.
 */
import type { From } from './call.ts';
import type { Context } from './context.ts';
import type { ExitReason } from './exit-reason.ts';

export type Action<Cast = never> =
  | EnterAction
  /** Handle this event again after the next change of state. */
  | { readonly kind: 'postpone' }
  /** Handle this cast next, before what was postponed and what is in the mailbox. */
  | { readonly kind: 'next-event'; readonly message: Cast };

/** What may also be done while a state is entered. */
export type EnterAction =
  | { readonly kind: 'reply'; readonly send: (ctx: Context) => void }
  /** A delay of null cancels. */
  | { readonly kind: 'state-timeout'; readonly delayMs: number | null }
  | { readonly kind: 'event-timeout'; readonly delayMs: number | null }
  | { readonly kind: 'timeout'; readonly name: string; readonly delayMs: number | null };

export interface WithActions<A> {
  /** In this order. */
  readonly actions?: readonly A[];
}

export class NextState<out Name, out Data, out A> {
  readonly state: Name;
  readonly data: Data;
  readonly actions: readonly A[];

  constructor(state: Name, data: Data, actions: readonly A[]) {
    this.state = state;
    this.data = data;
    this.actions = actions;
  }
}

export class KeepState<out Data, out A> {
  readonly data: Data;
  readonly actions: readonly A[];
  /** Whether the state is entered again. */
  readonly repeat: boolean;

  constructor(data: Data, actions: readonly A[], repeat: boolean) {
    this.data = data;
    this.actions = actions;
    this.repeat = repeat;
  }
}

export class StopStatem<out Data> {
  readonly reason: ExitReason;
  /** Null to end with the data there is. */
  readonly last: { readonly data: Data } | null;
  readonly replies: readonly Reply[];

  constructor(reason: ExitReason, last: { readonly data: Data } | null, replies: readonly Reply[]) {
    this.reason = reason;
    this.last = last;
    this.replies = replies;
  }
}

export type Reply = Extract<EnterAction, { kind: 'reply' }>;

export type Step<Name, Data, Cast = never> =
  | NextState<Name, Data, Action<Cast>>
  | KeepState<Data, Action<Cast>>
  | StopStatem<Data>;

export type EnterStep<Data> = KeepState<Data, EnterAction> | StopStatem<Data>;

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

/** Brings `state-timeout` unless the state changes before; 0 comes after what is in the mailbox. */
export function stateTimeout(delayMs: number): EnterAction {
  return { kind: 'state-timeout', delayMs };
}

/** Brings `event-timeout` unless any event comes before. */
export function eventTimeout(delayMs: number): EnterAction {
  return { kind: 'event-timeout', delayMs };
}

/** Brings `timeout` with this name; changes of state leave it alone. Replaces the timer of this name. */
export function timeout(name: string, delayMs: number): EnterAction {
  return { kind: 'timeout', name, delayMs };
}

export const cancelStateTimeout: EnterAction = { kind: 'state-timeout', delayMs: null };

export function cancelTimeout(name: string): EnterAction {
  return { kind: 'timeout', name, delayMs: null };
}
