/**
 * Why the server ends a connection. One list for all transports: SSE says the name in `bye`, the WebSocket closes with
 * the code. Codes 3000 to 3499 make a client of the Centrifugal protocol come back, 3500 to 3999 do not, the latter
 * only where the reason is not empty; a reason that parses as JSON would be taken for advice, so all are plain words.
 */
export const farewells = {
  drain: { code: 3001, reason: 'shutdown' },
  internal: { code: 3004, reason: 'internal server error' },
  expired: { code: 3005, reason: 'connection expired' },
  slow: { code: 3008, reason: 'slow' },
  'no-pong': { code: 3012, reason: 'no pong' },
  'too-many-requests': { code: 3013, reason: 'too many requests' },
  'invalid-token': { code: 3500, reason: 'invalid token' },
  'bad-request': { code: 3501, reason: 'bad request' },
  stale: { code: 3502, reason: 'stale' },
  /** The run that the whole connection was about has ended for good. */
  ended: { code: 3503, reason: 'ended' },
} as const satisfies Record<string, Farewell>;

export interface Farewell {
  readonly code: number;
  readonly reason: string;
}

export type FarewellName = keyof typeof farewells;
