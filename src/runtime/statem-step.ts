/**
 * What a state's handler answers: where to go and what to do on the way. Values only; `statem-machine.ts` carries them
 * out. The words are gen_statem's.
 */
import type { Context } from './context.ts';
import type { ExitReason } from './exit-reason.ts';

export type Action<Cast = never> =
  | EnterAction
  /** Handle this event again after the next change of state. */
  | { readonly kind: 'postpone' }
  /** Handle this cast next, before what was postponed and what is in the mailbox. */
  | { readonly kind: 'next-event'; readonly message: Cast };

/** What may also be done while a state is entered. */
export type EnterAction = { readonly kind: 'reply'; readonly send: (ctx: Context) => void } | TimerAction;

/** `update` changes the content of a timer that runs, or expires at once if it does not. */
export type TimerChange =
  | { readonly to: 'set'; readonly delayMs: number; readonly content: unknown }
  | { readonly to: 'update'; readonly content: unknown }
  | { readonly to: 'cancel' };

export type TimerAction =
  | { readonly kind: 'state-timeout'; readonly change: TimerChange }
  | { readonly kind: 'event-timeout'; readonly change: TimerChange }
  | { readonly kind: 'timeout'; readonly name: string; readonly change: TimerChange };

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
