/**
 * What travels where, as data: the WebSocket with its commands, replies and pushes, the channels that clients subscribe
 * to over it, and the streams of Server-Sent Events, where an event has the name of its message.
 */
import type { TSchema } from 'typebox';
import { lobbyChannel, supervisionChannel } from '../../protocols/channels.ts';
import {
  commandShapes,
  PingOrPong,
  pushShapes,
  replyShapes,
} from '../../protocols/wire/centrifugal/shapes.ts';
import { Estimate } from '../../protocols/wire/estimate.ts';
import { LobbyView } from '../../protocols/wire/lobby.ts';
import { SupervisionEvent } from '../../protocols/wire/supervision.ts';
import { type EventStream, type Message, ofOneRun, ofSeveralRuns, ofSupervision } from './event-streams.ts';

export interface Channel extends EventStream {
  readonly address: string;
  readonly title: string;
  readonly server: 'webSocket' | 'http';
  readonly parameters?: Readonly<Record<string, string>>;
}

const runParameter = { run: 'id of a run, such as leibniz or leibniz~k3x9' };

export const webSocket: Channel = {
  address: '/connection/websocket',
  title: 'The WebSocket',
  description:
    'Centrifugal client protocol v2: commands, replies and pushes, one or more JSON objects a message, one a line. Where a WebSocket is not to be had, the same objects come over GET /connection/sse or POST /connection/http_stream, and commands go to POST /emulation.',
  server: 'webSocket',
  sent: {
    estimatePush: { summary: 'A publication of a run.', payload: pushShapes.estimate },
    lobbyPush: { summary: 'A publication of the list of runs.', payload: pushShapes.lobby },
    supervisionPush: { summary: 'A publication of the supervision feed.', payload: pushShapes.supervision },
    messagePush: {
      summary: 'Beside all channels: what became of a run that is watched.',
      payload: pushShapes.message,
    },
    unsubscribePush: {
      summary: 'The end of a subscription; from code 2500 on the client subscribes anew at once.',
      payload: pushShapes.unsubscribe,
    },
    disconnectPush: {
      summary: 'The end of the connection, which is then closed with the same code; below 3500 come back.',
      payload: pushShapes.disconnect,
    },
    serverPing: { summary: 'A ping; it has to be answered by the same.', payload: PingOrPong },
  },
};

interface Command extends Message {
  readonly name: string;
  readonly replies: Readonly<Record<string, Message>>;
}

const errorReply = { summary: 'A command that was not obeyed.', payload: replyShapes.error };

function command(
  method: keyof typeof commandShapes,
  summary: string,
  replies: Readonly<Record<string, TSchema>>,
): Command {
  const answers = Object.entries(replies).map(([name, payload]) => {
    return [name, { summary: `Answers ${method}.`, payload }] as const;
  });
  return {
    name: method,
    summary,
    payload: commandShapes[method],
    replies: { ...Object.fromEntries(answers), errorReply },
  };
}

/** What a client says over the WebSocket, and what answers it. */
export const commands: readonly Command[] = [
  command('connect', 'The first command.', { connectReply: replyShapes.connect }),
  command('subscribe', 'Watch a channel, from a position where one is given.', {
    subscribeRunReply: replyShapes.subscribeRun,
    subscribeLobbyReply: replyShapes.subscribeLobby,
    subscribeSupervisionReply: replyShapes.subscribeSupervision,
  }),
  command('unsubscribe', 'Watch it no longer.', { unsubscribeReply: replyShapes.unsubscribe }),
  command('history', 'Read the estimates of a run that are kept.', { historyReply: replyShapes.history }),
  command('presence_stats', 'How many watch a run.', { presenceStatsReply: replyShapes.presence_stats }),
  command('refresh', 'A new token before the connection’s own ends.', { refreshReply: replyShapes.refresh }),
  command('sub_refresh', 'The same for a channel’s token.', { subRefreshReply: replyShapes.sub_refresh }),
  command('ping', 'Asks for a sign of life.', { pingReply: replyShapes.ping }),
];

export const channels: Readonly<Record<string, Channel>> = {
  run: {
    address: '{run}',
    title: 'A run',
    description:
      'Its estimates as publications, to subscribe to over the WebSocket. Offsets are the run’s own.',
    server: 'webSocket',
    parameters: runParameter,
    sent: { estimate: { summary: 'A committed estimate.', payload: Estimate } },
  },
  lobby: {
    address: lobbyChannel,
    title: 'The list of runs',
    description: 'The whole list first, then what changes in it. An offset is its version.',
    server: 'webSocket',
    sent: { list: { summary: 'The list, or changes of it.', payload: LobbyView } },
  },
  supervision: {
    address: supervisionChannel,
    title: 'The supervision feed',
    description: 'What happens in the supervision tree. It can’t be resumed.',
    server: 'webSocket',
    sent: { entry: { summary: 'One entry of the feed.', payload: SupervisionEvent } },
  },
  runEvents: {
    address: '/v1/series/{run}/events',
    title: 'A run over SSE',
    server: 'http',
    parameters: runParameter,
    ...ofOneRun,
  },
  runsEvents: {
    address: '/v1/events',
    title: 'Several runs over SSE',
    server: 'http',
    ...ofSeveralRuns,
  },
  supervisionEvents: {
    address: '/v1/supervision/events',
    title: 'The supervision feed over SSE',
    server: 'http',
    ...ofSupervision,
  },
};
