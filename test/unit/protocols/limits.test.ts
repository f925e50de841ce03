import { describe, expect, test } from 'vitest';
import { bounds, isLimitName, limitsWith } from '../../../src/protocols/limits.ts';

describe('the limits', () => {
  test('are the defaults where nothing else is said, and what is said is taken', () => {
    const limits = limitsWith({ connections: 3, restMs: 0 });
    expect(Object.keys(limits)).toEqual(Object.keys(bounds));
    expect([limits.connections, limits.restMs, limits.drainMs]).toEqual([3, 0, bounds.drainMs.default]);
  });

  test('allow their own defaults, in whole numbers', () => {
    for (const [name, bound] of Object.entries(bounds)) {
      expect(Number.isSafeInteger(bound.default), name).toBe(true);
      expect(bound.default, name).toBeGreaterThanOrEqual(bound.minimum);
    }
  });

  test('have the numbers that the contract promises', () => {
    expect(limitsWith({})).toMatchObject({
      outboxSoftBytes: 64 * 1024,
      outboxHardBytes: 1024 * 1024,
      outboxStallMs: 30_000,
      outboxTotalBytes: 256 * 1024 * 1024,
      bodyBytes: 16 * 1024,
      connections: 20_000,
      connectionsPerAddress: 200,
      connectsPerSecond: 200,
      authenticationMs: 10_000,
      ssePingMs: 15_000,
      reconnectMinMs: 1_000,
      reconnectMaxMs: 3_000,
      privateRunsPerUser: 8,
      privateRunIdleMs: 600_000,
      rangeMinMs: 2,
      rangeMaxMs: 50,
      creditPerWorker: 2,
      sprintIntervalMs: 100,
      historyEstimates: 4_096,
      historyMs: 900_000,
      historyBytes: 16 * 1024 * 1024,
      workerIntensity: 30,
      intensity: 10,
      intensityPeriodMs: 10_000,
      killWaitMs: 5_000,
    });
  });

  test('are known by their own names only', () => {
    expect(['connections', 'toString', '__proto__', ''].map(isLimitName)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
