/**
 * Whoever reads too slowly pays for it, over every transport, and nobody else: first with estimates that are left out
 * and counted, then with the connection.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { sessionsOf } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { socketsOf } from '../support/tcp-sockets.ts';
import { transports } from '../support/transports/all-transports.ts';
import { judge, placed, type StayingClient, stay } from '../support/transports/staying-client.ts';

const STALL_MS = 2_000;
/** Estimates that are more than kernels keep between two processes. */
const FLOOD = 250;
/** No reader that keeps up has so much waiting in the kernel. */
const KERNEL_BYTES = 2 ** 20;

/** A node whose run `wide` says 32 kB a hundred times a second. */
async function startWide(limits: object): Promise<string> {
  const common = {
    sprintIntervalMs: 10,
    connectsPerSecond: 1_000,
    connectsPerAddress: 1_000,
    outboxHardBytes: 2 ** 24,
  };
  const node = await startNode({
    data: temporaryFolder(),
    env: {
      ZENO_SERIES: './test/support/wide-series.ts',
      ZENO_LIMITS: JSON.stringify({ ...common, ...limits }),
    },
  });
  return node.url;
}

/** Waits until one who keeps up has been given so much that one who stalled has missed something. */
async function flood(witness: StayingClient): Promise<void> {
  const wanted = judge(witness.seen).estimates + FLOOD;
  await eventually('a flood', () => judge(witness.seen).estimates >= wanted, 20_000);
}

/** Over each transport one who keeps up, and one who has begun to read. */
async function oneOfEach(url: string) {
  const witnesses = transports.map((transport) => stay(transport, url, 'wide'));
  for (const witness of witnesses) await witness.more(1);
  const slow = await Promise.all(transports.map(({ watch }) => watch(url, 'wide')));
  for (const watching of slow) await eventually('a first word', () => watching.heard.length > 0);
  return { witnesses, slow };
}

it('who stalls for a while is given the newest when he reads again, and how many he has missed', async () => {
  const url = await startWide({ outboxStallMs: 60_000 });
  const { witnesses, slow } = await oneOfEach(url);
  for (const watching of slow) watching.stall();
  await Promise.all(witnesses.map(flood));
  for (const watching of slow) watching.drain();
  for (const [place, watching] of slow.entries()) {
    const name = transports[place]?.transport;
    await eventually(`${name}: what was skipped`, () => judge(placed(watching)).skipped > 0);
    const newest = witnesses[place]?.seen.at(-1)?.at.offset ?? 0;
    await eventually(`${name}: the newest`, () => (placed(watching).at(-1)?.at.offset ?? 0) >= newest);
    // Each is the next one, but for those that are said to have been skipped.
    expect(judge(placed(watching)).snapshots, name).toEqual(['first']);
    expect(
      watching.heard.some(({ kind }) => kind === 'end'),
      name,
    ).toBe(false);
  }
  for (const { seen } of witnesses) expect(judge(seen).snapshots).toEqual(['first']);
}, 60_000);

it('who stalls for longer than he may is let go with all that waited for him, and others notice nothing', async () => {
  const url = await startWide({ outboxStallMs: STALL_MS, closeMs: 500 });
  const { witnesses, slow } = await oneOfEach(url);
  expect(await sessionsOf(url)).toHaveLength(2 * transports.length);
  for (const watching of slow) watching.stall();
  const full = () => socketsOf(url).some(({ unsentBytes }) => unsentBytes > KERNEL_BYTES);
  await eventually('a full buffer', full, 20_000);
  // They read nothing, so whatever makes room for others is not their doing.
  const gone = async () => (await sessionsOf(url)).length === transports.length;
  await eventually('the end of their sessions', gone, 20_000);
  await eventually('room in the kernel', () => !full());
  for (const witness of witnesses) {
    await witness.more(3);
    expect(judge(witness.seen)).toMatchObject({ snapshots: ['first'], recoveries: 0 });
  }
}, 60_000);

it('who is let go for being slow is told so, if he reads again before his time to leave is over', async () => {
  const url = await startWide({ outboxStallMs: STALL_MS, closeMs: 50_000 });
  const { witnesses, slow } = await oneOfEach(url);
  for (const watching of slow) watching.stall();
  await Promise.all(witnesses.map(flood));
  await sleep(2 * STALL_MS);
  for (const watching of slow) watching.drain();
  for (const [place, watching] of slow.entries()) {
    await watching.closed;
    expect(watching.heard.at(-1), transports[place]?.transport).toEqual({ kind: 'end', why: 'slow' });
  }
}, 60_000);
