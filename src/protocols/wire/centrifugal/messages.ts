/**
 * What the server says in the Centrifugal protocol, as values: replies to commands, and pushes. Each format has its own
 * encoder of them. The schemas are the wire's; data of publications is JSON text that was made once and stored, and is
 * set in to the letter.
 */
import { type Static, Type } from 'typebox';
import type { SubscribeCommand } from '../frame-codec.ts';
import type { ErrorName, UnsubscribeName } from './codes.ts';

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
  /** Where a client listens to a stream: what it has to show when it says something beside it. */
  session: Type.Optional(Type.String()),
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

/** Answers the command `id`. */
export type Reply = { readonly id: number } & (
  | { readonly reply: 'connect'; readonly result: Connected }
  | {
      readonly reply: 'subscribe';
      readonly result: Subscribed;
      readonly publications: readonly Publication[];
    }
  | { readonly reply: 'history'; readonly result: HistoryRead; readonly publications: readonly Publication[] }
  | { readonly reply: 'presence_stats'; readonly result: PresenceCounted }
  | { readonly reply: 'refresh' | 'sub_refresh'; readonly result: Refreshed }
  | { readonly reply: 'unsubscribe' | 'ping' }
  | { readonly reply: 'error'; readonly error: ErrorName }
);

export type Push =
  | { readonly push: 'publication'; readonly channel: string; readonly publication: Publication }
  | { readonly push: 'unsubscribe'; readonly channel: string; readonly why: UnsubscribeName }
  /** Reaches the application beside its channels: what is said of a run, and is no estimate. */
  | { readonly push: 'message'; readonly data: object }
  | { readonly push: 'disconnect'; readonly code: number; readonly reason: string };

export type Message = Reply | Push;

export function refusal(id: number, error: ErrorName): Message {
  return { id, reply: 'error', error };
}

/** The result of a subscribe that can be recovered from its position. */
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
