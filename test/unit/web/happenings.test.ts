/** What the page tells of the supervision tree. */
import { expect, it } from 'vitest';
import type { SupervisionEvent } from '../../../src/protocols/wire/supervision.ts';
import { isOrderly, isWorthTelling } from '../../../web/model/happenings.js';

const session = 'root/edge/sessions/2/e3eb1e71-c170-48ba-83c1-fdab82242684';
const exit = (path: string, reason: string): SupervisionEvent => ({
  type: 'exit',
  seq: 1,
  at: '2026-01-01T00:00:00.000Z',
  path,
  pid: 'p1',
  reason,
});

it('clients that come and go are not told of, what goes wrong with one is', () => {
  const reasons = ['normal', 'shutdown', 'killed', 'error: oops'];
  expect(reasons.map((reason) => isWorthTelling(exit(session, reason)))).toEqual([false, false, true, true]);
  expect(isWorthTelling(exit('root/broadcast/hubs/leibniz', 'normal'))).toBe(true);
  expect(isWorthTelling(exit('root/edge/sessions', 'shutdown'))).toBe(true);
});

it('an end is orderly that is normal or a shutdown', () => {
  const reasons = ['normal', 'shutdown', 'killed', 'error: oops'];
  expect(reasons.map((reason) => isOrderly(exit('root/base/auth', reason)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
