/** The first moments of a client that was let in, and the pings that keep it. */

import { supervisionChannel } from '../../protocols/channels.ts';
import type { RunId } from '../../protocols/identity.ts';
import type { Subject } from '../../protocols/mailbox/session.ts';
import type { Position } from '../../protocols/position.ts';
import { expiry } from '../../protocols/wire/centrifugal/messages.ts';
import { codecOf } from '../../protocols/wire/codecs.ts';
import { sseMark } from '../../protocols/wire/sse.ts';
import type { StateChange } from '../../protocols/wire/stream.ts';
import { pongTimer } from './obeying.ts';
import { say } from './saying.ts';
import { followFeed, takeRunSeat } from './seats.ts';
import { type Data, type SessionContext, type SessionPorts, withSeat } from './session-data.ts';
import { endAt, endOfToken, ttlOf } from './tokens.ts';

/** At so many different times; timers of the same length cost less than as many of lengths of their own. */
const PING_STEPS = 128;

export function welcome(data: Data, ctx: SessionContext, ports: SessionPorts): Data {
  return data.dialogue === null ? seatListener(data, ctx, ports) : greet(data, ctx, ports);
}

/** A client that can only listen came for one thing. */
function seatListener(data: Data, ctx: SessionContext, ports: SessionPorts): Data {
  const { limits, feed } = ports;
  const { connection, subject } = data;
  ctx.setTimer('ping', limits.ssePingMs);
  switch (subject.kind) {
    case 'run': {
      const { run, start, everyMs } = subject;
      const wish = {
        run,
        opening: { channel: run, command: null },
        start,
        everyMs: everyMs ?? 0,
        mark: null,
      };
      return takeRunSeat(1, wish, data, ctx, ports);
    }
    case 'runs':
      return seatAtRuns(subject, data, ctx, ports);
    case 'supervision': {
      const codec = codecOf(connection.format);
      for (const event of feed.recent()) {
        connection.write(codec.supervision(event.type, JSON.stringify(event)));
      }
      const stop = followFeed(data, ports, ctx);
      return withSeat(data, { kind: 'supervision', channel: supervisionChannel, id: 1, stop });
    }
    case 'commands':
      throw new Error('a client that gives commands has a dialogue');
  }
}

/** What is said of a run on a stream that goes on without it. */
export function endOfRun(run: RunId): StateChange {
  return { run, state: 'complete', reason: 'the run has ended' };
}

/** One seat a run; before each frame that moves the client stands its position in all of them. */
function seatAtRuns(
  { runs, ended, everyMs }: Extract<Subject, { readonly kind: 'runs' }>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data {
  const { connection } = data;
  for (const run of ended) connection.write(codecOf(connection.format).state(endOfRun(run)));
  const positions = new Map<RunId, Position>();
  for (const { run, start } of runs) if (start.kind === 'resume') positions.set(run, start.position);
  return runs.reduce((seated, { run, start }, index) => {
    const mark = (position: Position) => sseMark(positions.set(run, position));
    const wish = { run, opening: { channel: run, command: null }, start, everyMs: everyMs ?? 0, mark };
    return takeRunSeat(index + 1, wish, seated, ctx, ports);
  }, data);
}

function greet(data: Data, ctx: SessionContext, ports: SessionPorts): Data {
  const { limits, random, version } = ports;
  const { dialogue, id, connection, tokenEndsAtMs } = data;
  if (dialogue === null || dialogue.connect === null) throw new Error('let in without a connect command');
  const ttl = ttlOf(tokenEndsAtMs, ctx);
  const ping = Math.ceil(limits.pingMs / 1_000);
  const { session } = connection;
  say(data, {
    id: dialogue.connect.id,
    reply: 'connect',
    result: {
      client: id,
      version: `zeno ${version}`,
      ping,
      pong: true,
      ...(session !== null && { session }),
      ...expiry(ttl),
    },
  });
  endAt(endOfToken, tokenEndsAtMs, ctx, ports);
  // Spread out, so that clients that came together are not pinged together for ever.
  ctx.setTimer(
    'ping',
    Math.round((limits.pingMs / 2) * (1 + Math.floor(random.fraction() * PING_STEPS) / PING_STEPS)),
  );
  // Its token is not needed any more, and a client may stay for days.
  return { ...data, dialogue: { ...dialogue, connect: null } };
}

/** Pings; a client that gives commands has to answer in time. */
export function pinged(data: Data, ctx: SessionContext, { limits }: SessionPorts): Data {
  const { connection, dialogue } = data;
  connection.write(codecOf(connection.format).ping());
  ctx.setTimer('ping', dialogue === null ? limits.ssePingMs : limits.pingMs);
  if (dialogue === null || dialogue.awaitsPong) return data;
  ctx.setTimer(pongTimer, limits.pongMs);
  return { ...data, dialogue: { ...dialogue, awaitsPong: true } };
}
