/** A range that real threads do not come to the end of: its run is blocked, and says why; the others go on. */
import { expect, test } from 'vitest';
import { seriesName } from '../../../src/actors/names.ts';
import type { RunId, UserId } from '../../../src/protocols/identity.ts';
import type { SeriesReport } from '../../../src/protocols/mailbox/series.ts';
import type { Answer } from '../../../src/protocols/refusal.ts';
import type { From } from '../../../src/runtime/call.ts';
import { eventually } from '../../support/eventually.ts';
import { WholeNode } from './whole-node.ts';

test('a range that takes too long is tried anew, then blocked; workers are there again for others', async () => {
  // Hours of work in the first range; a series of big integers has fewer terms than that in all.
  const limits = { jobMs: 300, rangeAttemptsMax: 2, rangeTermsFirst: 2 ** 42, rangeTermsMax: 2 ** 42 };
  await using node = await WholeNode.start({ seed: 1, workers: 1, limits });
  const caller = { user: 'u' as UserId, admin: false };
  const { run } = await node.begin('leibniz', { policy: 'continuous' }, caller);
  await eventually('it is blocked', async () => {
    const view = await node.service.run(run);
    return view.ok && view.value.state === 'blocked';
  });
  const report = await node.system.call(
    seriesName(run as RunId),
    (from: From<Answer<SeriesReport>>) => ({ type: 'report', from }),
    1_000,
  );
  expect(report.ok && report.value.ok && report.value.value.reason).toMatch(
    /^the range \[0, \d+\) keeps ending its worker: it took longer than 300 ms$/,
  );
  expect(node.threads('root/compute/range-workers/0').length).toBeGreaterThanOrEqual(2);
  const other = await node.begin('chudnovsky', { policy: 'continuous', stopAt: 20 }, caller);
  await eventually('another is complete', async () => {
    const seen = await node.service.run(other.run);
    return seen.ok && seen.value.state === 'complete';
  });
});
