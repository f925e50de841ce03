/**
 * A client on its way in: it connects, is asked who it is, and is let in or told why not. What it says meanwhile waits
 * for its answers.
 */
import type { Limits } from '../../protocols/limits.ts';
import type { SessionCast } from '../../protocols/mailbox/session.ts';
import type { Said } from '../../protocols/ports/connection.ts';
import type { Credentials, Identity } from '../../protocols/ports/service.ts';
import { readCommands } from '../../protocols/wire/centrifugal/commands.ts';
import { refusal } from '../../protocols/wire/centrifugal/messages.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import { keepState, nextEvent, nextState, stateTimeout, timeout } from '../../runtime/gen-statem.ts';
import { ASK_AGAIN_MS } from '../ask.ts';
import { identify } from '../identify.ts';
import { farewellFor, judgeVisit } from './judging.ts';
import { closedOr, type Handlers, type Move, part, withReturn } from './ready.ts';
import { say } from './saying.ts';
import type { Data, SessionContext, SessionPorts } from './session-data.ts';

/** What a client that was let in has shown is kept no longer: it may stay for days. */
const nothingShown: Credentials = { bearer: null, cookie: null };

/** The two states before a client is let in. */
export function arrival(ports: SessionPorts): Readonly<Record<'connecting' | 'authenticating', Handlers>> {
  const { limits, meter, log } = ports;

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

  function late(why: FarewellName, data: Data): Move {
    meter.limited('authenticationMs');
    return part(why, data);
  }

  /** A client that speaks before it is let in may not say without end. */
  function hold(said: Said, data: Data): Move {
    const { dialogue } = data;
    const commands = readCommands(said);
    if (dialogue === null || commands === null) return part('bad-request', data);
    const held = [...dialogue.held, ...commands];
    if (held.length <= limits.commandsHeld) {
      return keepState({ ...data, dialogue: { ...dialogue, held } });
    }
    meter.limited('commandsHeld');
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
    if (dialogue === null || connect === null) {
      if (typeof client === 'string') return part(farewellFor(client), data);
      tellWho(settled.value.value, data);
      return nextState('ready', { ...data, ...client, credentials: nothingShown });
    }
    if (typeof client === 'string') {
      say(data, refusal(connect.id, client));
      return nextState('connecting', { ...data, dialogue: { ...dialogue, connect: null, held: [] } });
    }
    tellWho(settled.value.value, data);
    const { held: commands } = dialogue;
    const next: Data = {
      ...data,
      ...client,
      credentials: nothingShown,
      dialogue: { ...dialogue, held: [] },
    };
    return nextState('ready', next, { actions: [nextEvent({ type: 'obey', commands })] });
  }

  /** For the log: what the client is, not who. */
  function tellWho({ kind }: Identity, { id, request, connection }: Data): void {
    log.debug({ session: id, request, format: connection.format, user: kind }, 'client let in');
  }

  return { connecting, authenticating };
}

/** In all: a client that is sent back to connect again has no more time than one that never did. */
function timeLeft({ authenticateByMs }: Data, ctx: SessionContext): number {
  return Math.max(0, authenticateByMs - ctx.clock.monotonicMs());
}

/** The first command has to be `connect`; what follows it waits until the client has been let in. */
function beginDialogue(said: Said, data: Data): Move {
  const [connect, ...held] = readCommands(said) ?? [];
  if (data.dialogue === null || connect?.method !== 'connect') return part('bad-request', data);
  return nextState('authenticating', { ...data, dialogue: { ...data.dialogue, connect, held } });
}

function hasToken({ params: { token } }: { readonly params: { readonly token?: string } }): boolean {
  return token !== undefined && token !== '';
}

/** By the token of the connect command, or else by what the request showed. */
function askWho({ dialogue, credentials: shown }: Data, ctx: SessionContext, limits: Limits): void {
  const connect = dialogue?.connect ?? null;
  const token = connect !== null && hasToken(connect) ? connect.params.token : undefined;
  const credentials = token === undefined ? shown : { bearer: token, cookie: null };
  ctx.pipe(identify(ctx.system, credentials, limits), (settled) => ({ type: 'identified', settled }));
}
