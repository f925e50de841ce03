import { expect, test } from 'vitest';
import { formatReport } from '../../../src/runtime/format-report.ts';
import type { Offender } from '../../../src/runtime/runtime-event.ts';
import { counter, world } from './world.ts';

const offender: Offender = {
  id: 'c',
  path: 'sup/c',
  pid: null,
  restart: 'permanent',
  shutdown: 5_000,
  type: 'worker',
  significant: false,
};

test('a report is one line in the words of OTP’s log, whatever is in it', async () => {
  const pid = await world().start(counter(), { id: 'sup' });
  const error = new Error('first\nsecond');
  const report = { type: 'report', path: 'sup', pid, context: 'start_error' } as const;
  expect(formatReport({ ...report, reason: { error }, offender })).toBe(
    'Supervisor: sup. Context: start_error. Reason: error: first second. Offender: id=c,pid=undefined.',
  );
  expect(formatReport({ type: 'progress', path: 'sup', pid, started: { ...offender, pid } })).toBe(
    'Supervisor: sup. Started: id=c,pid=p1.',
  );
  const long = { ...offender, id: 'i'.repeat(10_000) };
  const shutdown = 's'.repeat(10_000);
  const text = formatReport({ ...report, path: 'p'.repeat(10_000), reason: { shutdown }, offender: long });
  expect(text.length).toBeLessThan(700);
});
