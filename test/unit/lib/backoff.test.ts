import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../src/lib/backoff.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const policy = { minMs: 50, maxMs: 2_000, factor: 2, jitter: 0 };
const fixed = (fraction: number) => ({ fraction: () => fraction, hex: () => '' });

describe('a delay', () => {
  test('grows from the least to the greatest and stays there', () => {
    const delays = [1, 2, 3, 6, 7, 100].map((attempt) => backoffMs(policy, attempt, fixed(0.5)));
    expect(delays).toEqual([50, 100, 200, 1_600, 2_000, 2_000]);
  });

  test('is jittered downwards by the share that is random, and never above the bound', () => {
    const jittered = { ...policy, jitter: 0.2 };
    expect([0, 0.5, 1].map((fraction) => backoffMs(jittered, 1, fixed(fraction)))).toEqual([50, 45, 40]);
    const random = seededRandom(7);
    const delays = Array.from({ length: 100 }, () => backoffMs({ ...policy, jitter: 1 }, 9, random));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2_000);
    expect(new Set(delays).size).toBeGreaterThan(90);
  });
});
