/** The plain process kind: a state, handlers from state to state, one letter at a time. Words and rules are gen_server's. */
import { type Behaviour, type Ignore, type Incarnation, ignore, type Verdict } from './behaviour.ts';
import type { Context } from './context.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Info } from './info.ts';
import type { ServerMessage } from './server-message.ts';

export type { Context } from './context.ts';
export type { Info } from './info.ts';
export type { ServerMessage, ServerName, ServerPid } from './server-message.ts';
export { type Ignore, ignore };

/** A handler's wish to end its process in order. */
export class Stop<out State> {
  readonly reason: ExitReason;
  readonly state: State;

  constructor(reason: ExitReason, state: State) {
    this.reason = reason;
    this.state = state;
  }
}

/** Ends the process: `terminate` gets the reason and this state. */
export function stop<State>(reason: ExitReason, state: State): Stop<State> {
  return new Stop(reason, state);
}

export type Next<State> = State | Stop<State>;
type Handled<State> = Next<State> | Promise<Next<State>>;

export interface GenServer<State, Call = never, Cast = never> {
  /** Exit signals become `exit` infos instead of ending the process. false without it. */
  readonly trapExit?: boolean;
  /** Runs as part of the start; a throw fails it. */
  init(ctx: Context<Call, Cast>): State | Ignore | Promise<State | Ignore>;
  /** Without it a call ends the process with an error. */
  handleCall?(request: Call, state: State, ctx: Context<Call, Cast>): Handled<State>;
  /** Without it a cast ends the process with an error. */
  handleCast?(message: Cast, state: State, ctx: Context<Call, Cast>): Handled<State>;
  /** Without it infos are noted on the event stream and passed over. */
  handleInfo?(info: Info, state: State, ctx: Context<Call, Cast>): Handled<State>;
  /** On orderly ends: normal, stop, shutdown, error. Not on a kill. */
  terminate?(reason: ExitReason, state: State, ctx: Context<Call, Cast>): void | Promise<void>;
}

/** The spec is shared by all incarnations; what changes belongs into the state that `init` makes. */
export function genServer<State, Call = never, Cast = never>(
  spec: GenServer<State, Call, Cast>,
): Behaviour<ServerMessage<Call, Cast>> {
  const { trapExit = false } = spec;
  return { kind: 'worker', trapExit, incarnate: (host) => new Server(spec, host) };
}

/** Holds the state between `init` and the end; null before. */
class Server<State, Call, Cast> implements Incarnation<ServerMessage<Call, Cast>> {
  private readonly spec: GenServer<State, Call, Cast>;
  private readonly ctx: Context<Call, Cast>;
  private held: { state: State } | null = null;

  constructor(spec: GenServer<State, Call, Cast>, ctx: Context<Call, Cast>) {
    this.spec = spec;
    this.ctx = ctx;
  }

  init(): 'ok' | Ignore | Promise<'ok' | Ignore> {
    const made = this.spec.init(this.ctx);
    return made instanceof Promise ? made.then((state) => this.begin(state)) : this.begin(made);
  }

  handle(message: ServerMessage<Call, Cast>): Verdict | Promise<Verdict> {
    const { spec } = this;
    if (message.kind === 'call') {
      if (spec.handleCall === undefined) throw new Error('a call to a server that takes none');
      return this.take(spec.handleCall(message.request, this.state, this.ctx));
    }
    if (spec.handleCast === undefined) throw new Error('a cast to a server that takes none');
    return this.take(spec.handleCast(message.message, this.state, this.ctx));
  }

  info(info: Info): Verdict | Promise<Verdict> {
    if (this.spec.handleInfo !== undefined)
      return this.take(this.spec.handleInfo(info, this.state, this.ctx));
    this.ctx.note(`unhandled info: ${info.type}`);
    return null;
  }

  terminate(reason: ExitReason): void | Promise<void> {
    return this.spec.terminate?.(reason, this.state, this.ctx);
  }

  private get state(): State {
    if (this.held === null) throw new Error('no state before init');
    return this.held.state;
  }

  private begin(state: State | Ignore): 'ok' | Ignore {
    if (state === ignore) return ignore;
    this.held = { state };
    return 'ok';
  }

  private take(handled: Handled<State>): Verdict | Promise<Verdict> {
    return handled instanceof Promise ? handled.then((next) => this.keep(next)) : this.keep(handled);
  }

  private keep(next: Next<State>): Verdict {
    if (next instanceof Stop) {
      this.held = { state: next.state };
      return next.reason;
    }
    if (this.held !== null) this.held.state = next;
    return null;
  }
}
