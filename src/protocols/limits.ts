/** Every bound of the service by name, with its default; `ZENO_LIMITS` (JSON) overrides any of them. */

export interface Bound {
  readonly description: string;
  readonly default: number;
  readonly minimum: number;
}

function bound(description: string, value: number, minimum = 1): Bound {
  return { description, default: value, minimum };
}

/** All values are whole numbers from `minimum` to 2^53 - 1. */
export const bounds = {
  outboxSoftBytes: bound('bytes waiting for one client above which its estimates are conflated', 64 * 1024),
  outboxHardBytes: bound('bytes waiting for one client at which its connection is closed', 1024 * 1024),
  outboxStallMs: bound('time without any drain after which a slow connection is closed', 30_000),
  outboxTotalBytes: bound('bytes waiting for all clients together', 256 * 1024 * 1024),
  ackLateMs: bound(
    'time a WebSocket client may take to show what it has read, before it is sent less',
    1_000,
  ),
  flushMs: bound('interval in which clients are written to; 0 for the end of each turn of the loop', 0, 0),
  flushSlice: bound('clients written to before the loop has its turn', 500),
  bodyBytes: bound('size of one HTTP request body', 16 * 1024),
  frameBytes: bound('size of one message of a client that gives commands', 16 * 1024),
  commandsPerSecond: bound(
    'commands a second of a client that gives them; 32 rows of history cost as much as one more',
    50,
  ),
  commandsBurst: bound('commands it may send at once; twice as many close it', 100),
  commandsHeld: bound('commands that wait while a client is being let in', 256),
  controlFramesPerSecond: bound(
    'ping frames and unasked pong frames a second over one WebSocket; twice as many at once',
    50,
  ),
  subscriptionsPerClient: bound('channels one client may watch on one connection', 128),
  subscribeMs: bound('time in which a subscribe is answered, if only by a temporary error', 3_000),
  connections: bound('client connections of one node', 20_000),
  sessionPartitions: bound('supervisors among which client sessions are shared out', 4),
  connectionsPerAddress: bound('client connections of one address', 200),
  socketsPerAddress: bound('sockets of one address, whatever they are for', 1_000),
  headersMs: bound('time in which the headers of a request have to come', 10_000),
  requestMs: bound('time in which a whole request has to come', 30_000),
  headerBytes: bound('size of the headers of one request', 16 * 1024),
  connectsPerAddress: bound('new client connections of one address a second', 100),
  connectsPerSecond: bound('new client connections a second', 200),
  authenticationMs: bound('time a session may take to authenticate', 10_000),
  jwksMs: bound('time the keys of tokens may take to be fetched', 5_000),
  jwksAgeMs: bound('age at which they are fetched anew', 600_000),
  jwksCooldownMs: bound('least time between two fetches for the sake of an unknown key', 10_000),
  jwksRetryMs: bound('least time between a fetch that failed and the next', 1_000),
  jwksBytes: bound('size of all those keys', 64 * 1024),
  refreshGraceMs: bound('time after the end of a token in which it may still be refreshed', 25_000),
  pingMs: bound('interval of pings to clients that give commands, in whole seconds', 25_000),
  pongMs: bound('time such a client may take to answer a ping', 10_000),
  closeMs: bound('time a connection may take to close before it is cut', 2_000),
  ssePingMs: bound('interval of SSE comments that keep a connection alive', 15_000),
  reconnectMinMs: bound('least delay a client is told to wait before it reconnects', 1_000),
  reconnectMaxMs: bound('greatest such delay', 3_000),
  everyMsMax: bound('greatest interval a client may ask for with everyMs', 3_600_000),
  privateRunsPerUser: bound('private runs of one user', 8),
  privateRuns: bound('private runs of one node', 1_000),
  privateRunIdleMs: bound('time without watchers after which a private run ends', 600_000),
  walkTermsPerSecond: bound('fastest walk', 50),
  sprintIntervalMs: bound('least time between two estimates of a sprinting run', 100),
  rangeMinMs: bound('least work in one range', 2),
  rangeMaxMs: bound('most work in one range', 50),
  rangeTermsFirst: bound('terms of the first range, before a run knows its speed', 4_096, 4),
  rangeTermsMax: bound('most terms in one range', 2 ** 28, 4),
  rangeAttemptsMax: bound('times a range is tried before its run is blocked', 5),
  workerHeapMb: bound('memory for the numbers of one worker, in MiB', 2_048, 16),
  jobMs: bound('time a worker may take for one range or fold', 120_000),
  askersPerRun: bound('people who wait for one run’s answer, or for their change of it', 1_000),
  partialTerms: bound('most terms in one partial that a client may ask for', 2 ** 28),
  partialHeavyTo: bound('greatest end of such a partial of a series of big integers', 4_096),
  partialsAtOnce: bound('partials that one node sums at once', 16),
  partialsPerUser: bound('of these, those of one address', 4),
  partialMs: bound('time one of them may take', 30_000),
  digitsMs: bound('time a worker may take to find a run’s digits again', 30_000),
  digitsPage: bound('digits of a run sent at once', 10_000),
  creditPerWorker: bound('ranges outstanding at one worker', 2),
  rangesAheadMax: bound('ranges a run may have handed out beyond its oldest unfinished one', 1_024),
  leaseMs: bound('length of a run’s lease where nodes share a store', 3_000),
  hubLingerMs: bound('time a hub without clients waits for the next one', 10_000),
  restMs: bound('time without watchers after which a run stops computing', 500),
  historyEstimates: bound('newest estimates a run keeps', 4_096),
  historyMs: bound('age below which estimates are kept whatever their number', 900_000),
  historyBytes: bound('size of one run’s history', 16 * 1024 * 1024),
  replaysAtOnce: bound('pages of history one hub has on their way at once', 16),
  looksAtOnce: bound('answers to history and presence_stats that one node looks up at once', 8),
  replayPage: bound('estimates read from history at once', 256),
  lobbyChanges: bound(
    'ended runs that are remembered for who asks what has changed in the list of runs',
    1_000,
  ),
  lobbyAnnounceMs: bound('interval in which the lobby asks all runs to announce themselves anew', 10_000),
  lobbyFlushMs: bound('least time between two changes of the list that a client is sent', 250),
  lobbyIntervalMs: bound('least time between two entries of one run in that list', 250),
  treePage: bound('children of one process shown at once', 100),
  eventsKept: bound('supervision events kept for late readers', 1_000),
  mailbox: bound('messages waiting in one process', 100_000),
  storeRetryMinMs: bound('first delay before a failed store operation is tried again', 50),
  storeRetryMaxMs: bound('greatest such delay', 2_000),
  redisCommandMs: bound('time Redis may take to answer one command or a connection attempt', 1_000),
  redisStartMs: bound('time a start waits for Redis to answer', 5_000),
  killWaitMs: bound('time a kill request waits for the restart', 5_000),
  drainMs: bound('time SIGTERM leaves clients to go, one after the other', 25_000),
  goodbyeMs: bound('time one session may take to say goodbye', 3_000),
  loginMs: bound('life of a login', 43_200_000),
  logoutsKept: bound('ended logins remembered until they expire', 1_024),
  intensity: bound('restarts a supervisor allows in a period', 10, 0),
  workerIntensity: bound('restarts of worker threads allowed in a period', 30, 0),
  intensityPeriodMs: bound('that period', 10_000),
  metricLabels: bound('values of one label in /metrics; what is beyond them is summed as other', 256, 2),
  stalledMs: bound('time a watched run may go without progress before the node is not ready', 15_000),
} as const satisfies Record<string, Bound>;

export type LimitName = keyof typeof bounds;
export type Limits = Readonly<Record<LimitName, number>>;

export function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(bounds, name);
}

/** The defaults, with `overrides` in their place. Values are taken as they are: `config.ts` has checked them. */
export function limitsWith(overrides: Partial<Limits>): Limits {
  const limits: Partial<Record<LimitName, number>> = {};
  for (const [name, { default: value }] of Object.entries(bounds)) {
    if (isLimitName(name)) limits[name] = overrides[name] ?? value;
  }
  return limits as Limits;
}
