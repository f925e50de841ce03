import { expect, test } from 'vitest';
import { settle } from '../../../support/until.ts';
import { HubStage } from '../hub-stage.ts';

/** How many estimates a client was told that it was spared. */
function skippedIn(frames: readonly { readonly data: string }[]): number {
  return frames.reduce((sum, { data }) => sum + (JSON.parse(data).skipped ?? 0), 0);
}

test('each estimate is counted once, each delivery of it, and each that a client was spared', async () => {
  const stage = await new HubStage({ outboxSoftBytes: 100 }).open();
  const [quick, other, slow, few] = [
    await stage.watch(),
    await stage.watch(),
    await stage.watch(),
    await stage.watch({ kind: 'first' }, 1_000),
  ];
  await settle();
  slow.client.stall();
  for (let round = 0; round < 20; round += 1) {
    await stage.publish();
    await stage.pass(100);
  }
  slow.client.drain();
  await stage.pass(1_000);
  const clients = [quick, other, slow, few].map(({ client }) => client.of('estimate'));
  const spared = clients.map(skippedIn);
  expect(spared).toEqual([
    0,
    0,
    expect.toSatisfy((count) => count > 5),
    expect.toSatisfy((count) => count > 5),
  ]);
  const { meter } = stage;
  expect(meter.total('zeno_estimates_total')).toBe(20);
  expect(meter.total('zeno_deliveries_total')).toBe(clients.flat().length);
  expect(meter.total('zeno_conflated_total')).toBe(spared.reduce((sum, count) => sum + count));
  // Nothing is both: what was sent and what was spared are all that there was, for everybody.
  for (const [index, frames] of clients.entries()) expect(frames.length + (spared[index] ?? 0)).toBe(20);
});
