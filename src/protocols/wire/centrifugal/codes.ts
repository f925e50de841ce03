/** The numbers of the Centrifugal protocol that this server uses: errors of replies, and ends of subscriptions. */

/** `temporary` makes a client try again with backoff; without it most errors are final for what was asked. */
export const errors = {
  internal: { code: 100, message: 'internal server error', temporary: true },
  unauthorized: { code: 101, message: 'unauthorized', temporary: false },
  unknownChannel: { code: 102, message: 'unknown channel', temporary: false },
  permissionDenied: { code: 103, message: 'permission denied', temporary: false },
  methodNotFound: { code: 104, message: 'method not found', temporary: false },
  alreadySubscribed: { code: 105, message: 'already subscribed', temporary: false },
  limitExceeded: { code: 106, message: 'limit exceeded', temporary: false },
  badRequest: { code: 107, message: 'bad request', temporary: false },
  notAvailable: { code: 108, message: 'not available', temporary: false },
  tokenExpired: { code: 109, message: 'token expired', temporary: false },
  tooManyRequests: { code: 111, message: 'too many requests', temporary: true },
  unrecoverablePosition: { code: 112, message: 'unrecoverable position', temporary: false },
} as const satisfies Record<string, ProtocolError>;

export interface ProtocolError {
  readonly code: number;
  readonly message: string;
  readonly temporary: boolean;
}

export type ErrorName = keyof typeof errors;

/** Below 2500 the client stays away; from 2500 on it subscribes again at once. */
export const unsubscribes = {
  ended: { code: 2000, reason: 'the run has ended' },
  denied: { code: 2001, reason: 'permission withdrawn' },
  insufficientState: { code: 2500, reason: 'insufficient state' },
  expired: { code: 2501, reason: 'subscription expired' },
} as const satisfies Record<string, Unsubscribe>;

export interface Unsubscribe {
  readonly code: number;
  readonly reason: string;
}

export type UnsubscribeName = keyof typeof unsubscribes;
