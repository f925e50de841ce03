/**
 * How a request becomes a stream: it is counted first, then the core is asked, and only what it accepts becomes a
 * connection; until then every no is an ordinary answer.
 */
import type { FastifyReply } from 'fastify';
import { type Answer, refuse } from '../protocols/refusal.ts';
import type { ClientConnection } from './fan-out.ts';
import type { Parts } from './parts.ts';
import { lineOf } from './problem.ts';

/** Makes the connection; `ended` has to be called once when it is gone. */
type Make = (ended: () => void) => ClientConnection;
/** Asks the core, which calls `open` if it accepts. */
type Ask = (open: () => ClientConnection) => Promise<Answer<null>>;

export async function stream(
  reply: FastifyReply,
  parts: Pick<Parts, 'admission' | 'log' | 'refuse'>,
  make: Make,
  ask: Ask,
): Promise<FastifyReply> {
  const { admission, log, refuse: send } = parts;
  if (reply.raw.socket === null) {
    return send(reply, refuse('bad-request', 'A stream takes a connection of its own; do not pipeline it.'));
  }
  const admitted = admission.admit(reply.request.ip);
  if (!admitted.ok) return send(reply, admitted);
  // The core keeps `open` for as long as the client stays: once opened it holds nothing of the request any more.
  const held: Held = { make, ended: admitted.value, connection: null };
  const open = (): ClientConnection => {
    held.connection ??= held.make(held.ended);
    held.make = refuseToOpen;
    return held.connection;
  };
  try {
    const answer = await ask(open);
    if (answer.ok) {
      if (held.connection === null) throw new Error('a stream was accepted and never opened');
      return reply;
    }
    if (held.connection !== null) throw new Error(`a stream was opened and then refused: ${answer.detail}`);
    held.make = refuseToOpen;
    return send(reply, answer);
  } catch (error) {
    // Once opened, the answer is out of the error handler's reach.
    if (held.connection !== null) {
      log.error({ err: error, ...lineOf(reply.request) }, 'stream failed');
      held.connection.cut('internal');
    }
    throw error;
  } finally {
    if (held.connection === null) admitted.value();
  }
}

interface Held {
  make: Make;
  readonly ended: () => void;
  connection: ClientConnection | null;
}

function refuseToOpen(): never {
  throw new Error('the client has had another answer already');
}
