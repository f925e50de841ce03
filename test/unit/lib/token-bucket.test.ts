import { expect, it } from 'vitest';
import { fullBucket, takeToken } from '../../../src/lib/token-bucket.ts';

const rate = { perSecond: 10, burst: 3 };

it('gives a burst, then what time refills, and never more than a burst', () => {
  let bucket = fullBucket(rate, 0);
  for (const tokens of [2, 1, 0, -1]) {
    bucket = takeToken(bucket, rate, 0);
    expect(bucket.tokens).toBe(tokens);
  }
  expect(takeToken(bucket, rate, 100).tokens).toBe(-1);
  expect(takeToken(bucket, rate, 200).tokens).toBe(0);
  expect(takeToken(bucket, rate, 1_000_000).tokens).toBe(2);
});

it('may be asked for several at once', () => {
  const bucket = takeToken(fullBucket(rate, 0), rate, 0, 2.5);
  expect(bucket.tokens).toBe(0.5);
  expect(takeToken(bucket, rate, 0, 9).tokens).toBe(-8.5);
});
