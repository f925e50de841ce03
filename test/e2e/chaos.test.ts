/** A node that was started for chaos may be ended by its admin, as a whole, and goes on when it is started again. */
import { expect, it } from 'vitest';
import { ask, bearer, getProcesses, kill } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { httpStream } from '../support/sse-reader.ts';
import { expectUnbroken } from '../support/unbroken.ts';

const env = { ZENO_CHAOS: '1' };

it.each(['path', 'pid'])('the root, killed by its %s, takes the process with it: exit 70', async (by) => {
  const data = temporaryFolder();
  const { process, url } = await startNode({ data, env });
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(3);
  const oldPid = (await getProcesses(url))[0]?.pid;
  // The root carries this very request, so it is answered before it dies.
  const { status, text } = await kill(url, by === 'path' ? { path: 'root' } : { pid: oldPid });
  expect([status, JSON.parse(text)]).toEqual([
    202,
    {
      path: 'root',
      oldPid,
      newPid: null,
      outcome: 'pending',
      restartLatencyUs: null,
      strategy: 'one_for_one',
      alsoRestarted: [],
    },
  ]);
  expect(await process.exit(5_000)).toEqual({ code: 70, signal: null });
  await stream.ended;

  const again = await startNode({ data });
  const back = await httpStream(`${again.url}/v1/series/leibniz/events`, {
    lastEventId: stream.lastId ?? '',
  });
  await back.more(3);
  expectUnbroken([...stream.events, ...back.events]);
});

it('gives up with exit 70 when its parts keep dying', async () => {
  const limits = { intensity: 0, workerIntensity: 0 };
  const { process, url } = await startNode({
    data: temporaryFolder(),
    env: { ZENO_LIMITS: JSON.stringify(limits) },
  });
  // One kill is one too many for each level in turn; the answer may get out or not.
  await kill(url, { path: 'root/compute/range-workers/0' }).catch(() => {});
  expect(await process.exit(8_000)).toEqual({ code: 70, signal: null });
});

it('the node dies at once by SIGKILL on an admin’s word, and not on anybody else’s', async () => {
  const data = temporaryFolder();
  const { process, url } = await startNode({ data, env: { ...env, ZENO_NODE_ID: 'n-here' } });
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(3);
  const endpoint = `${url}/v1/node/kill`;
  expect((await ask(endpoint, { method: 'POST' })).status).toBe(401);
  const other = await ask(endpoint, { method: 'POST', headers: bearer, body: { node: 'n-elsewhere' } });
  expect(other.status).toBe(404);
  const killed = await ask(endpoint, { method: 'POST', headers: bearer, body: { node: 'n-here' } });
  expect(killed.status).toBe(202);
  expect(await process.exit(3_000)).toEqual({ code: null, signal: 'SIGKILL' });

  const again = await startNode({ data });
  const back = await httpStream(`${again.url}/v1/series/leibniz/events`, {
    lastEventId: stream.lastId ?? '',
  });
  await back.more(3);
  expectUnbroken([...stream.events, ...back.events]);
});
