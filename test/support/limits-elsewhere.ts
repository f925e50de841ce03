/**
 * Bounds that a test of `e2e/limits.test.ts` would take too long, too much, or a broken part to run into, and the file
 * below `test/` that has each of them reached and counted.
 */
import type { ReachableLimit } from '../../src/protocols/limit-answers.ts';

export const reachedElsewhere: Partial<Record<ReachableLimit, string>> = {
  outboxSoftBytes: 'integration/gateway/slow-clients.test.ts',
  outboxHardBytes: 'integration/gateway/slow-clients.test.ts',
  outboxStallMs: 'integration/gateway/slow-clients.test.ts',
  outboxTotalBytes: 'integration/gateway/streams.test.ts',
  ackLateMs: 'integration/gateway/slow-clients.test.ts',
  controlFramesPerSecond: 'integration/gateway/web-socket.test.ts',
  commandsHeld: 'unit/actors/session.test.ts',
  subscribeMs: 'unit/actors/session.test.ts',
  connections: 'integration/gateway/metrics.test.ts',
  socketsPerAddress: 'integration/gateway/front.test.ts',
  requestMs: 'integration/gateway/front.test.ts',
  headerBytes: 'integration/gateway/front.test.ts',
  connectsPerAddress: 'unit/gateway/admission.test.ts',
  connectsPerSecond: 'integration/gateway/metrics.test.ts',
  jwksMs: 'integration/auth/remote-keys.test.ts',
  jwksBytes: 'integration/auth/remote-keys.test.ts',
  rangeAttemptsMax: 'unit/actors/dispatcher.test.ts',
  workerHeapMb: 'unit/actors/range-worker.test.ts',
  jobMs: 'unit/actors/range-worker.test.ts',
  askersPerRun: 'unit/actors/series/askers.test.ts',
  partialsAtOnce: 'unit/actors/partial-sum.test.ts',
  digitsMs: 'unit/actors/ask.test.ts',
  replaysAtOnce: 'unit/actors/hub.test.ts',
  looksAtOnce: 'unit/actors/session/looking.test.ts',
  mailbox: 'unit/telemetry/system-figures.test.ts',
  redisCommandMs: 'integration/store/redis-figures.test.ts',
  drainMs: 'unit/actors/drain.test.ts',
};
