/**
 * One client, from its arrival to its goodbye, over whatever transport it came. The session makes the connection, lets
 * the client in, seats it at what it watches, and keeps its place, so that what serves it may die without the client
 * noticing more than a pause. It handles control only: estimates go from the hub straight to the connection.
 *
 * Killed, it takes its own connection down and nothing else, with words that make the client come back and resume.
 */
import { fullBucket } from '../lib/token-bucket.ts';
import type { Limits } from '../protocols/limits.ts';
import type { SessionCast, Visit } from '../protocols/mailbox/session.ts';
import type { Connection, Said } from '../protocols/ports/connection.ts';
import type { Identity } from '../protocols/ports/service.ts';
import { readCommands } from '../protocols/wire/centrifugal/commands.ts';
import { refusal } from '../protocols/wire/centrifugal/messages.ts';
import { codecOf } from '../protocols/wire/codecs.ts';
import type { FarewellName } from '../protocols/wire/farewell.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { type ExitReason, isAbnormal } from '../runtime/exit-reason.ts';
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
import { identify } from './identify.ts';
import { Ear } from './session/ear.ts';
import { farewellFor, judgeVisit } from './session/judging.ts';
import { type Move, part, type StateName, toldWhenReady, whenReady, withReturn } from './session/ready.ts';
import { say } from './session/saying.ts';
import {
  type Data,
  noSeats,
  noTickets,
  type SessionContext,
  type SessionPorts,
} from './session/session-data.ts';
import { endVisitAt } from './session/tokens.ts';
import { welcome } from './session/welcome.ts';

type Handlers = StateHandlers<StateName, Data, never, SessionCast>;

/** How long to wait before asking again for a keeper of credentials that is not there. */
const ASK_AGAIN_MS = 20;

/** What makes a session for each visit. What does not differ between them is made once: there are thousands. */
export function sessions(
  ports: SessionPorts,
): (visit: Visit) => Behaviour<ServerMessage<never, SessionCast>> {
  const { limits, random, meter, guests, log } = ports;

  /** Jittered, so that clients that were sent away together do not come back together. */
  function reconnectMs(withinMs: number): number {
    const { reconnectMinMs } = limits;
    return Math.round(reconnectMinMs + random.fraction() * (withinMs - reconnectMinMs));
  }

  function begin(visit: Visit, ctx: SessionContext): Data {
    const connection = visit.open();
    guests.add(ctx.self);
    ctx.own(() => {
      guests.delete(ctx.self);
      sayGoodbye({ connection, returnWithinMs: limits.reconnectMaxMs }, 'internal');
    });
    connection.listen(new Ear(ctx));
    const hello = codecOf(connection.format).hello(reconnectMs(limits.reconnectMaxMs));
    if (hello !== null) connection.write(hello);
    const speaks = visit.subject.kind === 'commands';
    if (!speaks) ctx.cast(ctx.self, { type: 'opened' });
    const rate = { perSecond: limits.commandsPerSecond, burst: limits.commandsBurst };
    const bucket = fullBucket(rate, ctx.clock.monotonicMs());
    return {
      visit,
      connection,
      dialogue: speaks ? { connect: null, held: [], bucket, awaitsPong: false } : null,
      authenticateByMs: ctx.clock.monotonicMs() + limits.authenticationMs,
      user: visit.guest.user,
      rights: [],
      tokenEndsAtMs: null,
      visitEndsAtMs: null,
      tickets: noTickets,
      seats: noSeats,
      seated: 0,
      returnWithinMs: limits.reconnectMaxMs,
      farewell: 'ended',
    };
  }

  function sayGoodbye(
    { connection, returnWithinMs }: Pick<Data, 'connection' | 'returnWithinMs'>,
    why: FarewellName,
  ): void {
    connection.write(codecOf(connection.format).bye(why, reconnectMs(returnWithinMs)));
    connection.close(why);
  }

  const connecting: Handlers = {
    enter: (data, ctx) => keepState(data, { actions: [stateTimeout(timeLeft(data, ctx))] }),
    cast: (message, data) =>
      closedOr(message, data, () => {
        if (message.type === 'opened') return nextState('authenticating', data);
        if (message.type === 'drain') return part('drain', withReturn(message, data));
        return message.type === 'heard' ? beginDialogue(message.said, data) : keepState(data);
      }),
    info: (info, data) => (info.type === 'state-timeout' ? late('stale', data) : keepState(data)),
  };

  /** In all: a client that is sent back to connect again has no more time than one that never did. */
  function timeLeft({ authenticateByMs }: Data, ctx: SessionContext): number {
    return Math.max(0, authenticateByMs - ctx.clock.monotonicMs());
  }

  function late(why: FarewellName, data: Data): Move {
    meter.limited('authenticationMs');
    return part(why, data);
  }

  /** The first command has to be `connect`; what follows it waits until the client has been let in. */
  function beginDialogue(said: Said, data: Data): Move {
    const [connect, ...held] = readCommands(said) ?? [];
    if (data.dialogue === null || connect?.method !== 'connect') return part('bad-request', data);
    return nextState('authenticating', { ...data, dialogue: { ...data.dialogue, connect, held } });
  }

  const authenticating: Handlers = {
    enter(data, ctx) {
      askWho(data, ctx, limits);
      return keepState(data, { actions: [stateTimeout(timeLeft(data, ctx))] });
    },
    cast: (message, data) =>
      closedOr(message, data, () => {
        if (message.type === 'heard') return hold(message.said, data);
        if (message.type === 'drain') return part('drain', withReturn(message, data));
        return message.type === 'identified' ? letIn(message, data) : keepState(data);
      }),
    info(info, data, ctx) {
      // Nobody could be asked: that is no fault of the client, which shall come back.
      if (info.type === 'state-timeout') return late('internal', data);
      if (info.type === 'timeout') askWho(data, ctx, limits);
      return keepState(data);
    },
  };

  /** A client that speaks before it is let in waits for its answers, and may not say without end. */
  function hold(said: Said, data: Data): Move {
    const { dialogue } = data;
    const commands = readCommands(said);
    if (dialogue === null || commands === null) return part('bad-request', data);
    const held = [...dialogue.held, ...commands];
    if (held.length <= limits.commandsBurst + limits.subscriptionsPerClient)
      return keepState({ ...data, dialogue: { ...dialogue, held } });
    meter.limited('commandsBurst');
    return part('too-many-requests', data);
  }

  /** Where reading is open to everybody, only who shows a token has to show a good one. */
  function letIn({ settled }: Extract<SessionCast, { readonly type: 'identified' }>, data: Data): Move {
    if (!settled.ok) throw settled.error;
    if (!settled.value.ok) return keepState(data, { actions: [timeout('again', ASK_AGAIN_MS)] });
    const { dialogue } = data;
    const connect = dialogue?.connect ?? null;
    const isTold = connect !== null && hasToken(connect);
    const client = judgeVisit(settled.value.value, isTold, data, ports);
    if (client === 'invalid-token') return part(client, data);
    if (typeof client !== 'string') tellWho(settled.value.value, data);
    if (dialogue === null || connect === null) {
      if (typeof client === 'string') return part(farewellFor(client), data);
      return nextState('ready', { ...data, ...client });
    }
    if (typeof client === 'string') {
      say(data, refusal(connect.id, client));
      return nextState('connecting', { ...data, dialogue: { ...dialogue, connect: null, held: [] } });
    }
    const next: Data = { ...data, ...client, dialogue: { ...dialogue, held: [] } };
    const { held: commands } = dialogue;
    return nextState('ready', next, { actions: [nextEvent({ type: 'obey', commands })] });
  }

  /** For the log: what the client is, not who. */
  function tellWho({ kind }: Identity, { visit, connection }: Data): void {
    const { id, guest } = visit;
    log.debug(
      { session: id, request: guest.request, format: connection.format, user: kind },
      'client let in',
    );
  }

  const ready: Handlers = {
    enter(data, ctx) {
      endVisitAt(data.visitEndsAtMs, ctx);
      return keepState(welcome(data, ctx, ports));
    },
    cast: (message, data, ctx) => closedOr(message, data, () => whenReady(message, data, ctx, ports)),
    info: (info, data, ctx) => toldWhenReady(info, data, ctx, ports),
  };

  const draining: Handlers = {
    enter(data) {
      sayGoodbye(data, data.farewell);
      return keepState(data, { actions: [stateTimeout(limits.goodbyeMs)] });
    },
    cast: (message, data) => closedOr(message, data, () => keepState(data)),
    info(info, data) {
      if (info.type !== 'state-timeout') return keepState(data);
      meter.limited('goodbyeMs');
      return nextState('closed', data);
    },
  };

  const closed: Handlers = {
    enter: () => stop('normal'),
  };

  async function terminate(reason: ExitReason, data: Data, _ctx: unknown, state: StateName): Promise<void> {
    if (state === 'closed') return;
    if (state !== 'draining') sayGoodbye(data, isAbnormal(reason) ? 'internal' : 'drain');
    await goneFrom(data.connection);
  }

  const states = { connecting, authenticating, ready, draining, closed };
  return (visit) =>
    genStatem<StateName, Data, never, SessionCast>({
      init: (ctx) => ({ state: 'connecting', data: begin(visit, ctx) }),
      states,
      terminate,
    });
}

/** Resolves when the connection is gone; nobody else hears of it from now on. */
function goneFrom(connection: Connection): Promise<void> {
  return new Promise((closed) => connection.listen({ received: () => {}, drained: () => {}, closed }));
}

function closedOr(message: SessionCast, data: Data, otherwise: () => Move): Move {
  return message.type === 'closed' ? nextState('closed', data) : otherwise();
}

function hasToken({ params: { token } }: { readonly params: { readonly token?: string } }): boolean {
  return token !== undefined && token !== '';
}

/** By the token of the connect command, or else by what the request showed. */
function askWho({ dialogue, visit }: Data, ctx: SessionContext, limits: Limits): void {
  const connect = dialogue?.connect ?? null;
  const token = connect !== null && hasToken(connect) ? connect.params.token : undefined;
  const credentials = token === undefined ? visit.guest.credentials : { bearer: token, cookie: null };
  ctx.pipe(identify(ctx.system, credentials, limits), (settled) => ({ type: 'identified', settled }));
}
