/**
 * The JSON objects of the Centrifugal protocol as schemas: commands in their envelope, replies and pushes as `json.ts`
 * writes them. They are for the description of the API, and for the tests that hold what a node says against them; what
 * may vary is taken from the same tables that are sent from.
 */
import { type TProperties, type TSchema, Type } from 'typebox';
import { Estimate } from '../estimate.ts';
import { farewells } from '../farewell.ts';
import { LobbyView } from '../lobby.ts';
import { SnapshotReason, StateChange } from '../stream.ts';
import { SupervisionEvent } from '../supervision.ts';
import { errors, unsubscribes } from './codes.ts';
import * as commands from './commands.ts';
import { Connected, HistoryRead, PresenceCounted, Refreshed, Subscribed } from './messages.ts';

/** What is said has exactly these fields. */
function exact(properties: TProperties, $id?: string) {
  return Type.Object(properties, { additionalProperties: false, ...($id !== undefined && { $id }) });
}

const Id = Type.Integer({ minimum: 1, description: 'of the command; rising over the life of a client' });

/** Unknown fields are passed over. */
function command(method: string, params: TSchema, $id: string) {
  return Type.Object({ id: Id, [method]: params }, { $id });
}

/** By method. */
export const commandShapes = {
  connect: command('connect', commands.Connect, 'ConnectCommand'),
  subscribe: command('subscribe', commands.Subscribe, 'SubscribeCommand'),
  unsubscribe: command('unsubscribe', commands.Unsubscribe, 'UnsubscribeCommand'),
  history: command('history', commands.History, 'HistoryCommand'),
  presence_stats: command('presence_stats', commands.PresenceStats, 'PresenceStatsCommand'),
  refresh: command('refresh', commands.Refresh, 'RefreshCommand'),
  sub_refresh: command('sub_refresh', commands.SubRefresh, 'SubRefreshCommand'),
  ping: command('ping', commands.Ping, 'PingCommand'),
} as const satisfies Record<Exclude<commands.Command['method'], 'refused' | 'pong' | 'send'>, TSchema>;

const Offset = Type.Integer({ minimum: 1 });
const EstimatePublication = exact({ data: Estimate, offset: Offset }, 'EstimatePublication');
const LobbyPublication = exact({ data: LobbyView, offset: Type.Optional(Offset) }, 'LobbyPublication');
const SupervisionPublication = exact({ data: SupervisionEvent }, 'SupervisionPublication');

/** Exactly the rows of a table of codes. */
function rows(table: Readonly<Record<string, object>>, $id: string) {
  const shapes = Object.values(table).map((row) =>
    exact(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Type.Literal(value)]))),
  );
  return Type.Union(shapes, { $id });
}

const ProtocolError = rows(errors, 'ProtocolError');
const Unsubscribed = rows(unsubscribes, 'Unsubscribed');
const Disconnected = rows(farewells, 'Disconnected');

const { data: _, ...position } = Subscribed.properties;
const SnapshotTold = exact({ recovered: Type.Literal(false), reason: SnapshotReason }, 'SnapshotTold');

function reply(name: string, result: TSchema, $id: string) {
  return exact({ id: Id, [name]: result }, $id);
}

/** What answers a command, by its method; a subscribe is answered according to its channel. */
export const replyShapes = {
  connect: reply('connect', exact(Connected.properties), 'ConnectReply'),
  subscribeRun: reply(
    'subscribe',
    exact({
      ...position,
      data: Type.Union([SnapshotTold, StateChange]),
      publications: Type.Array(EstimatePublication),
    }),
    'SubscribeRunReply',
  ),
  subscribeLobby: reply(
    'subscribe',
    exact({ ...position, publications: Type.Array(LobbyPublication) }),
    'SubscribeLobbyReply',
  ),
  subscribeSupervision: reply(
    'subscribe',
    exact({ ...position, publications: Type.Array(SupervisionPublication) }),
    'SubscribeSupervisionReply',
  ),
  unsubscribe: reply('unsubscribe', exact({}), 'UnsubscribeReply'),
  history: reply(
    'history',
    exact({ ...HistoryRead.properties, publications: Type.Array(EstimatePublication) }),
    'HistoryReply',
  ),
  presence_stats: reply('presence_stats', exact(PresenceCounted.properties), 'PresenceStatsReply'),
  refresh: reply('refresh', exact(Refreshed.properties), 'RefreshReply'),
  sub_refresh: reply('sub_refresh', exact(Refreshed.properties), 'SubRefreshReply'),
  ping: reply('ping', exact({}), 'PingReply'),
  error: reply('error', ProtocolError, 'ErrorReply'),
} as const;

function push(properties: TProperties, $id: string) {
  return exact({ push: exact(properties) }, $id);
}

const Channel = Type.String({ description: 'as the client has named it' });

/** What is said unasked. */
export const pushShapes = {
  estimate: push({ channel: Channel, pub: EstimatePublication }, 'EstimatePush'),
  lobby: push({ channel: Type.Literal('lobby'), pub: LobbyPublication }, 'LobbyPush'),
  supervision: push({ channel: Type.Literal('supervision'), pub: SupervisionPublication }, 'SupervisionPush'),
  message: push({ message: exact({ data: StateChange }) }, 'MessagePush'),
  unsubscribe: push({ channel: Channel, unsubscribe: Unsubscribed }, 'UnsubscribePush'),
  disconnect: push({ disconnect: Disconnected }, 'DisconnectPush'),
} as const;

/** A ping of the server, and the answer a client has to give. */
export const PingOrPong = exact({}, 'PingOrPong');
