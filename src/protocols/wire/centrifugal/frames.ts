/**
 * What the server says in the Centrifugal protocol: replies to commands, and pushes. The schemas are the wire's; data
 * of publications is JSON text that was made once and stored, and is set in to the letter.
 */
import { type Static, Type } from 'typebox';
import type { SubscribeCommand } from '../frame-codec.ts';
import { type ErrorName, errors, type UnsubscribeName, unsubscribes } from './codes.ts';

const Expiry = {
  expires: Type.Optional(Type.Literal(true)),
  /** Whole seconds; a client asks for a new token when they have passed. */
  ttl: Type.Optional(Type.Integer({ minimum: 1 })),
};

export const Connected = Type.Object({
  client: Type.String(),
  version: Type.String(),
  /** Seconds between two pings, which the client has to answer. */
  ping: Type.Integer({ minimum: 1 }),
  pong: Type.Literal(true),
  ...Expiry,
});
export type Connected = Static<typeof Connected>;

export const Subscribed = Type.Object({
  recoverable: Type.Boolean(),
  positioned: Type.Boolean(),
  epoch: Type.String(),
  offset: Type.Integer({ minimum: 0 }),
  was_recovering: Type.Boolean(),
  recovered: Type.Boolean(),
  /** Of a run: why there is a snapshot, or the state of a run that was resumed. */
  data: Type.Optional(Type.Unknown()),
  ...Expiry,
});
export type Subscribed = Static<typeof Subscribed>;

/** The reply to a subscribe that can be recovered from its position. */
export function subscribed(
  { recovering, ttl }: SubscribeCommand,
  answer: Pick<Subscribed, 'epoch' | 'offset' | 'recovered' | 'data'>,
): Subscribed {
  return {
    recoverable: true,
    positioned: true,
    was_recovering: recovering,
    ...answer,
    ...expiry(ttl),
  };
}

/** The fields that say when a token ends; none for one that does not. */
export function expiry(ttl: number | null): Refreshed {
  return ttl === null ? {} : { expires: true, ttl };
}

export const Refreshed = Type.Object({ ...Expiry });
export type Refreshed = Static<typeof Refreshed>;

export const HistoryRead = Type.Object({ epoch: Type.String(), offset: Type.Integer({ minimum: 0 }) });
export type HistoryRead = Static<typeof HistoryRead>;

export const PresenceCounted = Type.Object({
  num_clients: Type.Integer({ minimum: 0 }),
  num_users: Type.Integer({ minimum: 0 }),
});
export type PresenceCounted = Static<typeof PresenceCounted>;

/** `data` is JSON text; `offset` null where a client can't resume from it. */
export interface Publication {
  readonly data: string;
  readonly offset: number | null;
}

function publicationText({ data, offset }: Publication): string {
  return offset === null ? `{"data":${data}}` : `{"data":${data},"offset":${offset}}`;
}

/** A result as JSON text, with publications as its last field. */
function withPublications(result: object, publications: readonly Publication[]): string {
  const list = publications.map(publicationText).join(',');
  return `${JSON.stringify(result).slice(0, -1)},"publications":[${list}]}`;
}

const reply = (id: number, method: string, result: string) => `{"id":${id},"${method}":${result}}`;

export const connectedReply = (id: number, result: Connected) => reply(id, 'connect', JSON.stringify(result));

export const subscribedReply = (id: number, result: Subscribed, publications: readonly Publication[]) =>
  reply(id, 'subscribe', withPublications(result, publications));

export const historyReply = (id: number, result: HistoryRead, publications: readonly Publication[]) =>
  reply(id, 'history', withPublications(result, publications));

export const unsubscribedReply = (id: number) => reply(id, 'unsubscribe', '{}');

export const pingReply = (id: number) => reply(id, 'ping', '{}');

export const presenceStatsReply = (id: number, result: PresenceCounted) =>
  reply(id, 'presence_stats', JSON.stringify(result));

export const refreshReply = (id: number, method: 'refresh' | 'sub_refresh', result: Refreshed) =>
  reply(id, method, JSON.stringify(result));

export const errorReply = (id: number, error: ErrorName) => reply(id, 'error', JSON.stringify(errors[error]));

export const publicationPush = (channel: string, publication: Publication) =>
  `{"push":{"channel":${JSON.stringify(channel)},"pub":${publicationText(publication)}}}`;

/** Reaches the application beside its channels: what is said of a run, and is no estimate. */
export const messagePush = (data: object) => `{"push":{"message":{"data":${JSON.stringify(data)}}}}`;

export const unsubscribePush = (channel: string, name: UnsubscribeName) =>
  JSON.stringify({ push: { channel, unsubscribe: unsubscribes[name] } });

export const disconnectPush = (code: number, reason: string) =>
  JSON.stringify({ push: { disconnect: { code, reason } } });
