/**
 * One client, from its arrival to its goodbye, over whatever transport it came. The session makes the connection, lets
 * the client in, seats it at what it watches, and keeps its place, so that what serves it may die without the client
 * noticing more than a pause. It handles control only: estimates go from the hub straight to the connection.
 *
 * Killed, it takes its own connection down and nothing else, with words that make the client come back and resume.
 */
import { fullBucket } from '../lib/token-bucket.ts';
import type { SessionCast, Visit } from '../protocols/mailbox/session.ts';
import { readCommands } from '../protocols/wire/centrifugal/commands.ts';
import { errorReply } from '../protocols/wire/centrifugal/frames.ts';
import { codecOf } from '../protocols/wire/codecs.ts';
import type { FarewellName } from '../protocols/wire/farewell.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { isAbnormal } from '../runtime/exit-reason.ts';
import {
  genStatem,
  keepState,
  nextEvent,
  nextState,
  type StateHandlers,
  stateTimeout,
  stop,
  timeout,
} from '../runtime/gen-statem.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { type Move, part, type StateName, toldWhenReady, whenReady } from './session/ready.ts';
import { say } from './session/saying.ts';
import type { Data, SessionContext, SessionPorts } from './session/session-data.ts';
import { identify, judgeToken } from './session/tokens.ts';
import { welcome } from './session/welcome.ts';

type Handlers = StateHandlers<StateName, Data, never, SessionCast>;

/** How long to wait before asking again for a keeper of credentials that is not there. */
const ASK_AGAIN_MS = 20;

export function session(visit: Visit, ports: SessionPorts): Behaviour<ServerMessage<never, SessionCast>> {
  const { limits, random } = ports;

  /** Jittered, so that clients that were sent away together do not come back together. */
  function reconnectMs(): number {
    const { reconnectMinMs, reconnectMaxMs } = limits;
    return Math.round(reconnectMinMs + random.fraction() * (reconnectMaxMs - reconnectMinMs));
  }

  function begin(ctx: SessionContext): Data {
    const connection = visit.open();
    const part = (why: FarewellName) => sayGoodbye({ connection }, why);
    ctx.own(() => part('internal'));
    const tell = (message: SessionCast) => ctx.system.cast(ctx.self, message);
    const gone = new Promise<void>((resolve) => {
      connection.listen({
        received: (text) => tell({ type: 'heard', text }),
        drained: () => tell({ type: 'drained' }),
        closed: () => {
          resolve();
          if (ctx.alive()) tell({ type: 'closed' });
        },
      });
    });
    const hello = codecOf(connection.format).hello(reconnectMs());
    if (hello !== null) connection.write(hello);
    const speaks = visit.subject.kind === 'commands';
    if (!speaks) tell({ type: 'opened' });
    const rate = { perSecond: limits.commandsPerSecond, burst: limits.commandsBurst };
    const bucket = fullBucket(rate, ctx.clock.monotonicMs());
    return {
      visit,
      connection,
      gone,
      dialogue: speaks ? { connect: null, held: [], bucket, awaitsPong: false } : null,
      tokenEndsAtMs: null,
      seats: new Map(),
      seated: 0,
      farewell: 'ended',
    };
  }

  function sayGoodbye({ connection }: Pick<Data, 'connection'>, why: FarewellName): void {
    connection.write(codecOf(connection.format).bye(why, reconnectMs()));
    connection.close(why);
  }

  const connecting: Handlers = {
    enter: (data) => keepState(data, { actions: [stateTimeout(limits.authenticationMs)] }),
    cast: (message, data) =>
      closedOr(message, data, () => {
        if (message.type === 'opened') return nextState('authenticating', data);
        return message.type === 'heard' ? beginDialogue(message.text, data) : keepState(data);
      }),
    info: (info, data) => (info.type === 'state-timeout' ? part('stale', data) : keepState(data)),
  };

  /** The first command has to be `connect`; what follows it waits until the client has been let in. */
  function beginDialogue(text: string, data: Data): Move {
    const [connect, ...held] = readCommands(text) ?? [];
    if (data.dialogue === null || connect?.method !== 'connect') return part('bad-request', data);
    return nextState('authenticating', { ...data, dialogue: { ...data.dialogue, connect, held } });
  }

  const authenticating: Handlers = {
    enter(data, ctx) {
      askWho(data, ctx);
      return keepState(data, { actions: [stateTimeout(limits.authenticationMs)] });
    },
    cast: (message, data) =>
      closedOr(message, data, () => {
        if (message.type === 'heard') return hold(message.text, data);
        return message.type === 'identified' ? letIn(message, data) : keepState(data);
      }),
    info(info, data, ctx) {
      // Nobody could be asked: that is no fault of the client, which shall come back.
      if (info.type === 'state-timeout') return part('internal', data);
      if (info.type === 'timeout') askWho(data, ctx);
      return keepState(data);
    },
  };

  /** A client that speaks before it is let in waits for its answers, and may not say without end. */
  function hold(text: string, data: Data): Move {
    const { dialogue } = data;
    const commands = readCommands(text);
    if (dialogue === null || commands === null) return part('bad-request', data);
    const held = [...dialogue.held, ...commands];
    return held.length > limits.commandsBurst + limits.subscriptionsPerClient
      ? part('too-many-requests', data)
      : keepState({ ...data, dialogue: { ...dialogue, held } });
  }

  /** Reading is open to everybody; only who shows a token has to show a good one. */
  function letIn({ settled }: Extract<SessionCast, { readonly type: 'identified' }>, data: Data): Move {
    if (!settled.ok) throw settled.error;
    if (!settled.value.ok) return keepState(data, { actions: [timeout('again', ASK_AGAIN_MS)] });
    const { dialogue } = data;
    const connect = dialogue?.connect ?? null;
    if (dialogue === null || connect === null) return nextState('ready', data);
    const token = judgeToken(hasToken(connect) ? settled.value.value : null);
    if (token === 'invalid') return part('invalid-token', data);
    if (token === 'expired') {
      say(data, errorReply(connect.id, 'tokenExpired'));
      return nextState('connecting', { ...data, dialogue: { ...dialogue, connect: null, held: [] } });
    }
    const next: Data = {
      ...data,
      tokenEndsAtMs: token.endsAtMs,
      dialogue: { ...dialogue, held: [] },
    };
    const { held: commands } = dialogue;
    return nextState('ready', next, { actions: [nextEvent({ type: 'obey', commands })] });
  }

  const ready: Handlers = {
    enter: (data, ctx) => keepState(welcome(data, ctx, ports)),
    cast: (message, data, ctx) => closedOr(message, data, () => whenReady(message, data, ctx, ports)),
    info: (info, data, ctx) => toldWhenReady(info, data, ctx, ports),
  };

  const draining: Handlers = {
    enter(data) {
      sayGoodbye(data, data.farewell);
      return keepState(data, { actions: [stateTimeout(limits.drainMs)] });
    },
    cast: (message, data) => closedOr(message, data, () => keepState(data)),
    info: (info, data) => (info.type === 'state-timeout' ? nextState('closed', data) : keepState(data)),
  };

  const closed: Handlers = {
    enter: () => stop('normal'),
  };

  return genStatem<StateName, Data, never, SessionCast>({
    init: (ctx) => ({ state: 'connecting', data: begin(ctx) }),
    states: { connecting, authenticating, ready, draining, closed },
    async terminate(reason, data, _ctx, state) {
      if (state === 'closed') return;
      if (state !== 'draining') sayGoodbye(data, isAbnormal(reason) ? 'internal' : 'drain');
      await data.gone;
    },
  });
}

function closedOr(message: SessionCast, data: Data, otherwise: () => Move): Move {
  return message.type === 'closed' ? nextState('closed', data) : otherwise();
}

function hasToken({ params: { token } }: { readonly params: { readonly token?: string } }): boolean {
  return token !== undefined && token !== '';
}

/** By the token of the connect command, or else by what the request showed. */
function askWho({ dialogue, visit }: Data, ctx: SessionContext): void {
  const connect = dialogue?.connect ?? null;
  const token = connect !== null && hasToken(connect) ? connect.params.token : undefined;
  const credentials = token === undefined ? visit.guest.credentials : { bearer: token, cookie: null };
  ctx.pipe(identify(credentials, ctx), (settled) => ({ type: 'identified', settled }));
}
