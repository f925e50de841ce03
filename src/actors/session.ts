/**
 * One client, from its arrival to its goodbye, over whatever transport it came. The session makes the connection, lets
 * the client in, seats it at what it watches, and keeps its place, so that what serves it may die without the client
 * noticing more than a pause. It handles control only: estimates go from the hub straight to the connection.
 *
 * Killed, it takes its own connection down and nothing else, with words that make the client come back and resume.
 */
import { fullBucket } from '../lib/token-bucket.ts';
import type { SessionCast, Visit } from '../protocols/mailbox/session.ts';
import type { Connection } from '../protocols/ports/connection.ts';
import { codecOf } from '../protocols/wire/codecs.ts';
import type { FarewellName } from '../protocols/wire/farewell.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { type ExitReason, isAbnormal } from '../runtime/exit-reason.ts';
import { genStatem, keepState, nextState, stateTimeout, stop } from '../runtime/gen-statem.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { PageTurn } from './page-turn.ts';
import { arrival } from './session/arrival.ts';
import { Ear } from './session/ear.ts';
import { commandRate } from './session/obeying.ts';
import { closedOr, type Handlers, type StateName, toldWhenReady, whenReady } from './session/ready.ts';
import {
  type Data,
  noSeats,
  noTickets,
  type SessionContext,
  type SessionPorts,
} from './session/session-data.ts';
import { endVisitAt } from './session/tokens.ts';
import { welcome } from './session/welcome.ts';

/** What makes a session for each visit. What does not differ between them is made once: there are thousands. */
export function sessions(
  ports: SessionPorts,
): (visit: Visit) => Behaviour<ServerMessage<never, SessionCast>> {
  const { limits, random, meter, guests } = ports;

  function begin({ id, subject, guest, open }: Visit, ctx: SessionContext): Data {
    const connection = open();
    guests.add(ctx.self);
    ctx.own(() => {
      guests.delete(ctx.self);
      sayGoodbye({ connection, returnWithinMs: limits.reconnectMaxMs }, 'internal');
    });
    connection.listen(new Ear(ctx));
    const hello = codecOf(connection.format).hello(reconnectMs(limits.reconnectMaxMs));
    if (hello !== null) connection.write(hello);
    const speaks = subject.kind === 'commands';
    if (!speaks) ctx.cast(ctx.self, { type: 'opened' });
    const bucket = fullBucket(commandRate(limits), ctx.clock.monotonicMs());
    return {
      id,
      request: guest.request,
      subject,
      cameAs: guest.user,
      credentials: guest.credentials,
      connection,
      turn: new PageTurn(),
      dialogue: speaks
        ? { connect: null, held: [], bucket, awaitsPong: false, looks: [], looking: false }
        : null,
      authenticateByMs: ctx.clock.monotonicMs() + limits.authenticationMs,
      user: guest.user,
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

  /** Jittered, so that clients that were sent away together do not come back together. */
  function reconnectMs(withinMs: number): number {
    const { reconnectMinMs } = limits;
    return Math.round(reconnectMinMs + random.fraction() * (withinMs - reconnectMinMs));
  }

  function sayGoodbye(
    { connection, returnWithinMs }: Pick<Data, 'connection' | 'returnWithinMs'>,
    why: FarewellName,
  ): void {
    connection.write(codecOf(connection.format).bye(why, reconnectMs(returnWithinMs)));
    connection.close(why);
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

  const states = { ...arrival(ports), ready, draining, closed };
  return (visit) => {
    // Let go of once it has come: what its request showed is kept no longer than until it is let in.
    let coming: Visit | null = visit;
    return genStatem<StateName, Data, never, SessionCast>({
      init(ctx) {
        if (coming === null) throw new Error('a session begins once');
        const data = begin(coming, ctx);
        coming = null;
        return { state: 'connecting', data };
      },
      states,
      terminate,
    });
  };
}

/** Resolves when the connection is gone; nobody else hears of it from now on. */
function goneFrom(connection: Connection): Promise<void> {
  return new Promise((closed) => connection.listen({ received: () => {}, drained: () => {}, closed }));
}
