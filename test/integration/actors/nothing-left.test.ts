import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { ReturningClient } from './returning-client.ts';
import { WholeNode } from './whole-node.ts';

/** How many resources of each kind keep this process alive. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  // What `setImmediate` of the waiting itself holds.
  counts.delete('Immediate');
  return counts;
}

/** Kinds of which there are more than there were. */
function more(before: ReadonlyMap<string, number>): string[] {
  return [...resources()].flatMap(([kind, count]) => (count > (before.get(kind) ?? 0) ? [kind] : []));
}

test.each([
  ['in order', (node: WholeNode) => node.stop()],
  [
    'by a kill',
    async (node: WholeNode) => {
      node.system.exit(node.root, 'kill');
    },
  ],
])('a root that ended %s leaves no process, thread, timer or port', async (_how, end) => {
  const before = resources();
  const node = await WholeNode.start({ seed: 3, workers: 3 });
  const clients = [
    await ReturningClient.watch(node.service, 'leibniz'),
    await ReturningClient.watch(node.service, 'basel'),
  ];
  await Promise.all(clients.map((client) => client.more(3)));
  expect(more(before)).toContain('MessagePort');

  for (const client of clients) client.leave();
  await end(node);

  expect([...node.system.processes()]).toEqual([]);
  await until(`nothing is left of ${more(before)}`, () => more(before).length === 0);
});

test('an orderly end says goodbye to a client before it is cut off', async () => {
  const node = await WholeNode.start({ seed: 4, workers: 1 });
  using client = await ReturningClient.watch(node.service, 'leibniz');
  await client.more(1);
  const [connection] = client.connections;
  await node.stop();
  client.leave();
  expect(connection?.end).toBe('closed');
  expect(JSON.parse(connection?.of('bye')[0]?.data ?? '')).toMatchObject({ reason: 'drain' });
});
