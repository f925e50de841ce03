/**
 * One client, from its arrival to its goodbye. The session makes the connection, is let in, joins the hub of what it
 * watches and keeps the client's place (its outbox), so that a hub may die without the client noticing more than a
 * pause. It handles control only: estimates go from the hub straight to the connection.
 *
 * Killed, it takes its own connection down and nothing else; the client comes back and resumes.
 */
import type { Random } from '../lib/random.ts';
import type { RunId } from '../protocols/identity.ts';
import type { Limits } from '../protocols/limits.ts';
import type { HubPid, Start } from '../protocols/mailbox/hub.ts';
import type { SessionCast, Visit } from '../protocols/mailbox/session.ts';
import type { Connection } from '../protocols/ports/connection.ts';
import type { Feed } from '../protocols/ports/feed.ts';
import type { Outbox } from '../protocols/ports/outbox.ts';
import type { Identity } from '../protocols/ports/service.ts';
import { codecOf } from '../protocols/wire/codecs.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import type { Context } from '../runtime/context.ts';
import {
  genStatem,
  keepState,
  nextState,
  type StateHandlers,
  type StatemInfo,
  stateTimeout,
  stop,
  timeout,
} from '../runtime/gen-statem.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { Step } from '../runtime/statem-step.ts';
import { findHub } from './find-hub.ts';
import { authName } from './names.ts';
import { createOutbox } from './outbox.ts';

export interface SessionPorts {
  readonly limits: Limits;
  readonly random: Random;
  readonly feed: Feed;
}

type StateName = 'connecting' | 'authenticating' | 'ready' | 'draining' | 'closed';

interface Watching {
  readonly run: RunId;
  readonly outbox: Outbox;
  /** `continue` once a hub has been told of us. */
  readonly start: Start;
  readonly hub: HubPid | null;
}

interface Data {
  readonly connection: Connection;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  /** Null for a session that watches no run. */
  readonly watching: Watching | null;
  /** What the goodbye says when this session ends by itself. */
  readonly farewell: 'ended' | 'unauthenticated';
}

type Ctx = Context<never, SessionCast>;
type Move = Step<StateName, Data, SessionCast>;
type Handlers = StateHandlers<StateName, Data, never, SessionCast>;

const AUTH_TIMEOUT_MS = 1_000;
/** How long to wait before asking again for a process that is not there. */
const ASK_AGAIN_MS = 20;

export function session(visit: Visit, ports: SessionPorts): Behaviour<ServerMessage<never, SessionCast>> {
  const { limits, random, feed } = ports;
  const { subject, credentials } = visit;

  /** Jittered, so that clients that were sent away together do not come back together. */
  function reconnectMs(): number {
    const { reconnectMinMs, reconnectMaxMs } = limits;
    return Math.round(reconnectMinMs + random.fraction() * (reconnectMaxMs - reconnectMinMs));
  }

  function begin(ctx: Ctx): Data {
    const connection = visit.open();
    ctx.own(() => connection.destroy());
    const tell = (message: SessionCast) => ctx.system.cast(ctx.self, message);
    const gone = new Promise<void>((resolve) => {
      connection.listen({
        drained: () => tell({ type: 'drained' }),
        closed: () => {
          resolve();
          if (ctx.alive()) tell({ type: 'closed' });
        },
      });
    });
    connection.write(codecOf(connection.format).hello(reconnectMs()));
    tell({ type: 'opened' });
    if (subject.kind === 'supervision') return { connection, gone, watching: null, farewell: 'ended' };
    const { run, start, everyMs } = subject;
    const outbox = createOutbox(connection, {
      clock: ctx.clock,
      softBytes: limits.outboxSoftBytes,
      everyMs: everyMs ?? 0,
    });
    return { connection, gone, watching: { run, outbox, start, hub: null }, farewell: 'ended' };
  }

  function sayGoodbye({ connection }: Data, reason: string): void {
    connection.write(codecOf(connection.format).bye({ reason, reconnectMs: reconnectMs() }));
    connection.close();
  }

  const identify = (ctx: Ctx) =>
    ctx.pipe(
      ctx.call(
        authName,
        (from: From<Identity>) => ({ type: 'identify', credentials, from }),
        AUTH_TIMEOUT_MS,
      ),
      (settled) => ({ type: 'identified', settled }),
    );

  const connecting: Handlers = {
    cast: (message, data) => closedOr(message, data, () => nextState('authenticating', data)),
  };

  const authenticating: Handlers = {
    enter(data, ctx) {
      identify(ctx);
      return keepState(data, { actions: [stateTimeout(limits.authenticationMs)] });
    },
    cast: (message, data) =>
      closedOr(message, data, () => {
        if (message.type !== 'identified') return keepState(data);
        // Reading is open to everybody, so any answer lets in; none means that nobody could look.
        const answered = message.settled.ok && message.settled.value.ok;
        return answered
          ? nextState('ready', data)
          : keepState(data, { actions: [timeout('again', ASK_AGAIN_MS)] });
      }),
    info(info, data, ctx) {
      if (info.type === 'state-timeout')
        return nextState('draining', { ...data, farewell: 'unauthenticated' });
      if (info.type === 'timeout') identify(ctx);
      return keepState(data);
    },
  };

  const ready: Handlers = {
    enter(data, ctx) {
      if (data.watching === null) watchFeed(data.connection, ctx);
      else look(data.watching.run, ctx);
      return keepState(data, { actions: [timeout('ping', limits.ssePingMs)] });
    },
    cast: (message, data, ctx) => closedOr(message, data, () => readyFor(message, data, ctx)),
    info(info, data, ctx) {
      if (info.type === 'timeout' && info.name === 'ping') {
        data.connection.write(codecOf(data.connection.format).ping());
        return keepState(data, { actions: [timeout('ping', limits.ssePingMs)] });
      }
      return hubLost(info, data, ctx);
    },
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

  function watchFeed(connection: Connection, ctx: Ctx): void {
    const codec = codecOf(connection.format);
    // A reader that does not keep up misses events; their numbers show it.
    const show = (event: Parameters<Parameters<Feed['subscribe']>[0]>[0]) => {
      if (connection.bufferedBytes() > limits.outboxSoftBytes) return;
      connection.write(codec.supervision(event.type, JSON.stringify(event)));
    };
    for (const event of feed.recent()) show(event);
    ctx.own(feed.subscribe(show));
  }

  return genStatem<StateName, Data, never, SessionCast>({
    init: (ctx) => ({ state: 'connecting', data: begin(ctx) }),
    states: { connecting, authenticating, ready, draining, closed },
    async terminate(_reason, data, _ctx, state) {
      if (state === 'closed') return;
      if (state !== 'draining') sayGoodbye(data, 'drain');
      await data.gone;
    },
  });
}

function closedOr(message: SessionCast, data: Data, otherwise: () => Move): Move {
  return message.type === 'closed' ? nextState('closed', data) : otherwise();
}

function look(run: RunId, ctx: Ctx): void {
  ctx.pipe(findHub(run, ctx), (settled) => ({ type: 'found-hub', settled }));
}

function readyFor(message: SessionCast, data: Data, ctx: Ctx): Move {
  const { watching } = data;
  switch (message.type) {
    case 'found-hub':
      return watching === null ? keepState(data) : join(message, data, watching, ctx);
    case 'drained':
      if (watching?.hub != null) ctx.cast(watching.hub, { type: 'drained', session: ctx.self });
      return keepState(data);
    case 'ended':
      return nextState('draining', data);
    default:
      return keepState(data);
  }
}

function join(
  { settled }: Extract<SessionCast, { type: 'found-hub' }>,
  data: Data,
  watching: Watching,
  ctx: Ctx,
): Move {
  const hub = settled.ok ? settled.value : null;
  if (hub === null) return keepState(data, { actions: [timeout('look', ASK_AGAIN_MS)] });
  const { outbox, start } = watching;
  ctx.monitor(hub);
  ctx.cast(hub, { type: 'subscribe', session: ctx.self, outbox, start });
  return keepState({ ...data, watching: { ...watching, hub } });
}

/** A hub that dies is looked for again; the next one continues where the outbox stands. */
function hubLost(info: StatemInfo, data: Data, ctx: Ctx): Move {
  const { watching } = data;
  if (watching === null) return keepState(data);
  if (info.type === 'timeout') look(watching.run, ctx);
  if (info.type !== 'down' || info.pid.id !== watching.hub?.id) return keepState(data);
  look(watching.run, ctx);
  const start: Start = watching.outbox.position === null ? watching.start : { kind: 'continue' };
  return keepState({ ...data, watching: { ...watching, hub: null, start } });
}
