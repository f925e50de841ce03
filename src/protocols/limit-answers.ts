/**
 * What happens when a bound is reached, for every bound that somebody can run into: one answer each, counted by
 * `zeno_limits_reached_total`. The bounds that are not here only set a pace or a size: nobody is told no.
 */
import type { LimitName } from './limits.ts';

export const limitAnswers = {
  outboxSoftBytes: 'the client is spared estimates until it has drained, and told how many (`skipped`)',
  outboxHardBytes: 'close 3008',
  outboxStallMs: 'close 3008',
  outboxTotalBytes: 'close 3008 for the client with the most bytes waiting',
  ackLateMs: 'as with `outboxSoftBytes`, until it has shown what it has read',
  bodyBytes: '413 `payload-too-large`',
  frameBytes: 'close 1009; 413 `payload-too-large` beside a stream',
  commandsPerSecond: 'error 111 for the command',
  commandsBurst: 'close 3013',
  commandsHeld: 'close 3013',
  controlFramesPerSecond: 'close 3013, and nothing more is read',
  subscriptionsPerClient: 'error 106; 400 `bad-request`',
  subscribeMs: 'error 100, temporary',
  connections: '503 `not-ready`; a socket beyond 1,000 others is closed',
  connectionsPerAddress: '429 `too-many-requests`',
  socketsPerAddress: 'the socket is closed',
  requestMs: '408, and the connection is closed; the same for `headersMs`',
  headerBytes: '431, and the connection is closed',
  connectsPerAddress: '429 `too-many-requests`',
  connectsPerSecond: '429 `too-many-requests`',
  authenticationMs: 'close 3502; 3004 where nobody could be asked who the client is',
  jwksMs: 'who shows a token is told to come back: 503 `not-ready`, error 100',
  jwksBytes: 'the same',
  refreshGraceMs: 'close 3005; for one channel unsubscribe 2501',
  pongMs: 'close 3012',
  closeMs: 'the connection is cut',
  everyMsMax: '400 `bad-request`; error 107',
  privateRunsPerUser: '429 `too-many-requests`',
  privateRuns: '429 `too-many-requests`',
  privateRunIdleMs: 'the run ends and is removed',
  walkTermsPerSecond: '400 `bad-request`',
  rangeAttemptsMax: 'the run is blocked and says so in its `state`',
  workerHeapMb: 'the worker ends, and what it was at counts as a job that ended its worker',
  jobMs: 'its worker ends, and the job counts as one that ended its worker',
  askersPerRun: '503 `not-ready`',
  partialTerms: '400 `bad-request`',
  partialHeavyTo: '400 `bad-request`',
  partialsAtOnce: '429 `too-many-requests`',
  partialsPerUser: '429 `too-many-requests`',
  partialMs: '503 `not-ready`',
  digitsMs: '503 `not-ready`',
  digitsPage: '400 `bad-request`',
  replaysAtOnce: 'the next page waits for its turn',
  looksAtOnce: 'the next look waits for its turn',
  treePage: '400 `bad-request`',
  mailbox: 'the newest message is dropped, and the feed says so',
  redisCommandMs: 'the store is unavailable: runs wait, changes get 503 `not-ready`',
  killWaitMs: '202 with the outcome `pending`',
  drainMs: 'who is left is sent away at once',
  goodbyeMs: 'the session is ended, and its connection is cut',
  intensity: 'the supervisor gives up, and the one above it takes over',
  workerIntensity: 'the supervisor of the worker threads gives up',
  stalledMs: '`/readyz` answers 503',
} as const satisfies Partial<Record<LimitName, string>>;

/** A bound that somebody can run into. */
export type ReachableLimit = keyof typeof limitAnswers;

export const reachable: readonly ReachableLimit[] = Object.keys(limitAnswers).filter(isReachable);

export function isReachable(name: string): name is ReachableLimit {
  return Object.hasOwn(limitAnswers, name);
}
