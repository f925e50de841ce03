/** A subscribe against the estimates that are published meanwhile, a thousand times over. */
import { expect, it } from 'vitest';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { RawClient, type Said } from '../support/raw-client.ts';

const ROUNDS = 1_000;

/** A client that answers pings, and a wait that takes no longer than what is waited for. */
async function quickClient(url: string) {
  const client = await RawClient.open(url);
  let waiting: { readonly is: (said: Said) => boolean; readonly resolve: () => void } | null = null;
  client.onSaid((said) => {
    if (Object.keys(said).length === 0) client.say({});
    if (waiting?.is(said)) waiting.resolve();
  });
  await client.enter();
  return {
    client,
    async say(command: object, is: (said: Said) => boolean): Promise<void> {
      const come = new Promise<void>((resolve) => {
        waiting = { is, resolve };
      });
      client.say(command);
      await come;
    },
  };
}

it(`in ${ROUNDS} rounds no estimate is lost, repeated, or pushed before the reply`, async () => {
  const limits = { commandsPerSecond: 100_000, commandsBurst: 100_000, sprintIntervalMs: 1, rangeMaxMs: 2 };
  const node = await startNode({ data: temporaryFolder(), env: { ZENO_LIMITS: JSON.stringify(limits) } });
  // It watches all the time, so that no round finds the run at rest.
  const witness = await quickClient(node.url);
  await witness.say({ subscribe: { channel: 'leibniz' }, id: 2 }, (said) => said.id === 2);
  const { client, say } = await quickClient(node.url);

  let position: { readonly epoch: string; readonly offset: number } | null = null;
  let replied = 0;
  let pushed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    client.said.length = 0;
    const [id, next] = [2 * round + 2, 2 * round + 3];
    const from: object = position === null ? {} : { recover: true, ...position };
    // Most rounds are over with the reply; some go on to the first push, and what comes with it.
    const isOver = (said: Said) =>
      round % 3 === 0 ? said.push?.channel === 'leibniz' || said.error !== undefined : said.id === id;
    await say({ subscribe: { channel: 'leibniz', ...from }, id }, isOver);
    await say({ unsubscribe: { channel: 'leibniz' }, id: next }, (said) => said.id === next);
    const at = client.said.findIndex((said) => said.id === id);
    expect(client.said.slice(0, at).filter(({ push }) => push !== undefined)).toEqual([]);
    const { epoch, offset, recovered, publications } = await client.subscribed(id);
    expect([recovered, offset]).toEqual([position !== null, position?.offset ?? offset]);
    const offsets = [...publications.map((publication) => publication.offset), ...client.offsets('leibniz')];
    // The first reply holds what stands at its offset, unless nothing does yet.
    const first: number = offset + (position === null && publications.length > 0 ? 0 : 1);
    expect(offsets).toEqual(offsets.map((_, index) => first + index));
    replied += publications.length;
    pushed += client.offsets('leibniz').length;
    position = { epoch, offset: offsets.at(-1) ?? offset };
  }
  // Races that never come to an estimate prove nothing.
  expect(Math.min(replied, pushed)).toBeGreaterThan(ROUNDS / 10);
});
