/**
 * One client, from its arrival to its goodbye, over whatever transport it came. The session makes the connection, lets
 * the client in, seats it at what it watches, and keeps its place, so that what serves it may die without the client
 * noticing more than a pause. It handles control only: estimates go from the hub straight to the connection.
 *
 * Killed, it takes its own connection down and nothing else, with words that make the client come back and resume.
 */
import { fullBucket } from '../lib/token-bucket.ts';
import type { SessionCast, Visit } from '../protocols/mailbox/session.ts';
import { type Command, readCommands } from '../protocols/wire/centrifugal/commands.ts';
import { errorReply, unsubscribePush } from '../protocols/wire/centrifugal/frames.ts';
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
  type StatemInfo,
  stateTimeout,
  stop,
  timeout,
} from '../runtime/gen-statem.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { Step } from '../runtime/statem-step.ts';
import { obeyAll, pongTimer } from './session/obeying.ts';
import { say } from './session/saying.ts';
import { foundHub, leave, lookAgainFor, sourceDown } from './session/seats.ts';
import { type Data, type SessionContext, type SessionPorts, seatOf } from './session/session-data.ts';
import { admitted, overdue } from './session/subscribing.ts';
import { endOfToken, identify, judgeToken, refreshed, seatRefreshed } from './session/tokens.ts';
import { pinged, welcome } from './session/welcome.ts';

type StateName = 'connecting' | 'authenticating' | 'ready' | 'draining' | 'closed';
type Move = Step<StateName, Data, SessionCast>;
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

function part(farewell: FarewellName, data: Data): Move {
  return nextState('draining', { ...data, farewell });
}

function partOr(next: Data | FarewellName, data: Data): Move {
  return typeof next === 'string' ? part(next, data) : keepState(next);
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

function whenReady(message: SessionCast, data: Data, ctx: SessionContext, ports: SessionPorts): Move {
  switch (message.type) {
    case 'heard': {
      const commands: readonly Command[] | null = data.dialogue === null ? null : readCommands(message.text);
      return partOr(commands === null ? 'bad-request' : obeyAll(commands, data, ctx, ports), data);
    }
    case 'obey':
      return partOr(obeyAll(message.commands, data, ctx, ports), data);
    case 'admitted':
      return partOr(admitted(message, data, ctx, ports), data);
    case 'refreshed':
      return partOr(refreshed(message, data, ctx, ports), data);
    case 'seat-refreshed':
      return partOr(seatRefreshed(message, data, ctx, ports), data);
    case 'found-hub':
      return keepState(foundHub(message, data, ctx));
    case 'lost': {
      const seat = seatOf(data, message);
      return keepState(seat === null ? data : leave(seat, data, ctx));
    }
    case 'say':
      if (!message.settled.ok) throw message.settled.error;
      say(data, message.settled.value);
      return keepState(data);
    case 'drained':
      for (const seat of data.seats.values()) {
        if (seat.kind === 'run' && seat.hub !== null)
          ctx.cast(seat.hub.pid, { type: 'drained', session: ctx.self });
      }
      return keepState(data);
    case 'ended':
      return runEnded(message, data, ctx);
    default:
      return keepState(data);
  }
}

/** For a client that can only listen there is nothing left; another may watch other runs still. */
function runEnded(
  { run }: Extract<SessionCast, { readonly type: 'ended' }>,
  data: Data,
  ctx: SessionContext,
): Move {
  if (data.dialogue === null) return part('ended', data);
  let next = data;
  for (const seat of data.seats.values()) {
    if (seat.kind !== 'run' || seat.run !== run) continue;
    say(data, unsubscribePush(seat.channel, 'ended'));
    next = leave(seat, next, ctx);
  }
  return keepState(next);
}

function toldWhenReady(info: StatemInfo, data: Data, ctx: SessionContext, ports: SessionPorts): Move {
  if (info.type === 'down') return keepState(sourceDown(info.pid, data, ctx));
  if (info.type !== 'timeout') return keepState(data);
  switch (info.name) {
    case 'ping':
      return keepState(pinged(data, ctx, ports));
    case pongTimer:
      return part('no-pong', data);
    case endOfToken:
      return part('expired', data);
    default:
      return keepState(seatTimer(info.name, data, ctx));
  }
}

/** Timers of seats have a word and a channel for a name. */
function seatTimer(name: string, data: Data, ctx: SessionContext): Data {
  const [word, channel = ''] = name.split(' ');
  const seat = data.seats.get(channel);
  if (seat === undefined) return data;
  switch (word) {
    case 'deadline':
      return overdue(seat, data, ctx);
    case 'end':
      say(data, unsubscribePush(channel, 'expired'));
      return leave(seat, data, ctx);
    default:
      return lookAgainFor(channel, data, ctx);
  }
}
