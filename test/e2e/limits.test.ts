/** Every bound that can be reached from outside: its one answer, and that it was counted once. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type ReachableLimit, reachable } from '../../src/protocols/limit-answers.ts';
import { eventually } from '../support/eventually.ts';
import { sampleAt } from '../support/exposition.ts';
import { type Asked, ask, bearer, getProcesses, kill } from '../support/http-client.ts';
import { reachedElsewhere } from '../support/limits-elsewhere.ts';
import { RawClient } from '../support/raw-client.ts';
import { type SharedNode, sharedNode } from '../support/shared-node.ts';

/** `generous` is for bounds that need a client's leisure; `hasty` for those that come by waiting; `busy` for what is under way. */
const generous = {
  bodyBytes: 200,
  frameBytes: 500,
  commandsPerSecond: 1,
  commandsBurst: 5,
  subscriptionsPerClient: 2,
  everyMsMax: 1_000,
  connectionsPerAddress: 3,
  privateRunsPerUser: 1,
  privateRuns: 2,
  walkTermsPerSecond: 5,
  partialTerms: 64,
  partialHeavyTo: 64,
  digitsPage: 10,
  treePage: 5,
};
const hasty = {
  authenticationMs: 300,
  pingMs: 1_000,
  pongMs: 200,
  closeMs: 200,
  loginMs: 500,
  refreshGraceMs: 100,
  privateRunIdleMs: 300,
  partialMs: 1,
  intensity: 1,
  workerIntensity: 1,
};
const busy = { killWaitMs: 1, partialsPerUser: 1, stalledMs: 500, goodbyeMs: 200, closeMs: 30_000 };
type Node = 'generous' | 'hasty' | 'busy';
const nodes: Record<Node, SharedNode> = {
  generous: sharedNode({ limits: generous }),
  hasty: sharedNode({ limits: hasty }),
  busy: sharedNode({ limits: busy }),
};

interface Row {
  readonly limit: ReachableLimit;
  readonly node: Node;
  /** Runs into it and says what it was answered. */
  readonly reach: (url: string) => Promise<unknown>;
  readonly answer: unknown;
}

const status = (path: string, asked?: Asked) => async (url: string) => {
  const answer = await ask(`${url}${path}`, asked);
  return [answer.status, answer.headers['retry-after']];
};
const post = (body: unknown, from?: string): Asked => ({ method: 'POST', body, ...(from && { from }) });
const pings = (count: number) => Array.from({ length: count }, (_, at) => ({ ping: {}, id: at + 2 }));

async function entered(url: string, connect: object = {}): Promise<RawClient> {
  const client = await RawClient.open(url);
  await client.enter(connect);
  return client;
}

async function killed(url: string, path: string): Promise<string> {
  const before = await eventually(
    path,
    async () => (await getProcesses(url)).find((one) => one.path === path)?.pid,
  );
  await kill(url, { path });
  await eventually(`another ${path}`, async () => {
    const pid = (await getProcesses(url)).find((one) => one.path === path)?.pid ?? before;
    return pid !== before;
  });
  return path;
}

const table: readonly Row[] = [
  {
    limit: 'bodyBytes',
    node: 'generous',
    reach: status('/v1/login', post({ token: 'x'.repeat(300) })),
    answer: [413, undefined],
  },
  {
    limit: 'frameBytes',
    node: 'generous',
    async reach(url) {
      const client = await entered(url);
      client.say({ send: { data: 'x'.repeat(600) } });
      return (await client.end()).code;
    },
    answer: 1009,
  },
  {
    limit: 'commandsPerSecond',
    node: 'generous',
    async reach(url) {
      const client = await entered(url);
      client.say(...pings(6));
      return (await client.reply(7)).error?.code;
    },
    answer: 111,
  },
  {
    limit: 'commandsBurst',
    node: 'generous',
    async reach(url) {
      const client = await entered(url);
      client.say(...pings(12));
      return (await client.end()).code;
    },
    answer: 3013,
  },
  {
    limit: 'subscriptionsPerClient',
    node: 'generous',
    async reach(url) {
      const client = await entered(url);
      for (const [at, channel] of ['lobby', 'leibniz', 'basel'].entries())
        client.say({ subscribe: { channel }, id: at + 2 });
      return (await client.reply(4)).error?.code;
    },
    answer: 106,
  },
  {
    limit: 'subscriptionsPerClient',
    node: 'generous',
    reach: status('/v1/events?runs=leibniz,basel,primes'),
    answer: [400, undefined],
  },
  {
    limit: 'everyMsMax',
    node: 'generous',
    async reach(url) {
      const client = await entered(url);
      client.say({ subscribe: { channel: 'leibniz', data: { everyMs: 1_001 } }, id: 2 });
      return (await client.reply(2)).error?.code;
    },
    answer: 107,
  },
  {
    limit: 'everyMsMax',
    node: 'generous',
    reach: status('/v1/series/leibniz/events?everyMs=1001'),
    answer: [400, undefined],
  },
  {
    limit: 'connectionsPerAddress',
    node: 'generous',
    async reach(url) {
      const clients = [];
      for (let count = 0; count < 3; count += 1)
        clients.push(await eventually('a place', () => RawClient.open(url).catch(() => null)));
      return status('/v1/series/leibniz/events')(url);
    },
    answer: [429, '3'],
  },
  {
    limit: 'privateRunsPerUser',
    node: 'generous',
    async reach(url) {
      await ask(`${url}/v1/series/leibniz/runs`, post({ policy: 'manual' }));
      return status('/v1/series/leibniz/runs', post({ policy: 'manual' }))(url);
    },
    answer: [429, '3'],
  },
  {
    limit: 'privateRuns',
    node: 'generous',
    async reach(url) {
      await ask(`${url}/v1/series/leibniz/runs`, post({ policy: 'manual' }, '127.0.0.2'));
      return status('/v1/series/leibniz/runs', post({ policy: 'manual' }, '127.0.0.3'))(url);
    },
    answer: [429, '3'],
  },
  {
    limit: 'walkTermsPerSecond',
    node: 'generous',
    reach: status('/v1/series/leibniz', {
      method: 'PATCH',
      headers: bearer,
      body: { pace: { mode: 'walk', termsPerSecond: 6 } },
    }),
    answer: [400, undefined],
  },
  {
    limit: 'partialTerms',
    node: 'generous',
    reach: status('/v1/series/leibniz/partial?from=0&to=68'),
    answer: [400, undefined],
  },
  {
    limit: 'partialHeavyTo',
    node: 'generous',
    reach: status('/v1/series/chudnovsky/partial?from=0&to=65'),
    answer: [400, undefined],
  },
  {
    limit: 'digitsPage',
    node: 'generous',
    reach: status('/v1/series/leibniz/digits?count=11'),
    answer: [400, undefined],
  },
  {
    limit: 'treePage',
    node: 'generous',
    reach: status('/v1/supervision/tree?limit=6'),
    answer: [400, undefined],
  },
  {
    limit: 'authenticationMs',
    node: 'hasty',
    reach: async (url) => (await (await RawClient.open(url)).end()).code,
    answer: 3502,
  },
  {
    limit: 'pongMs',
    node: 'hasty',
    reach: async (url) => (await (await entered(url)).end()).code,
    answer: 3012,
  },
  {
    limit: 'closeMs',
    node: 'hasty',
    async reach(url) {
      const client = await entered(url);
      return unanswered(client, url, 'closeMs');
    },
    answer: 'cut',
  },
  {
    limit: 'refreshGraceMs',
    node: 'hasty',
    async reach(url) {
      const { headers } = await ask(`${url}/v1/login`, post({ token: bearer.authorization.split(' ')[1] }));
      const [cookie = ''] = headers['set-cookie'] ?? [];
      const token = decodeURIComponent(/^[^=]+=([^;]*)/.exec(cookie)?.[1] ?? '');
      return (await (await entered(url, { token })).end()).code;
    },
    answer: 3005,
  },
  {
    limit: 'privateRunIdleMs',
    node: 'hasty',
    async reach(url) {
      const { headers } = await ask(`${url}/v1/series/basel/runs`, post({}));
      return eventually(
        'its end',
        async () => (await ask(`${url}${headers.location}`)).status === 404 && 'gone',
      );
    },
    answer: 'gone',
  },
  {
    limit: 'partialMs',
    node: 'hasty',
    reach: status(`/v1/series/gamma/partial?from=0&to=${2 ** 27}`),
    answer: [503, '3'],
  },
  {
    limit: 'killWaitMs',
    node: 'busy',
    async reach(url) {
      // A thread is there again in a moment, and now and then within that.
      return eventually('a restart that takes longer', async () => {
        const { status, text } = await kill(url, { path: 'root/compute/range-workers/0' });
        const outcome = status < 300 && JSON.parse(text).outcome;
        return outcome !== 'restarted' && outcome;
      });
    },
    answer: 'pending',
  },
  {
    limit: 'workerIntensity',
    node: 'hasty',
    async reach(url) {
      for (let time = 0; time < 2; time += 1) await killed(url, 'root/compute/range-workers/0');
      return sampleAt(url, 'zeno_intensity_exceeded_total', 'branch="root/compute"');
    },
    answer: 1,
  },
  {
    limit: 'intensity',
    node: 'hasty',
    async reach(url) {
      for (let time = 0; time < 2; time += 1) await killed(url, 'root/broadcast/lobby');
      return sampleAt(url, 'zeno_intensity_exceeded_total', 'branch="root/broadcast"');
    },
    answer: 1,
  },
  {
    limit: 'partialsPerUser',
    node: 'busy',
    async reach(url) {
      const gone = new AbortController();
      const long = fetch(`${url}/v1/series/gamma/partial?from=0&to=${2 ** 28}`, { signal: gone.signal });
      const refused = await eventually('a refusal', async () => {
        const answer = await status('/v1/series/leibniz/partial?from=0&to=4')(url);
        return answer[0] !== 200 && answer;
      });
      gone.abort();
      await long.catch(() => {});
      return refused;
    },
    answer: [429, '3'],
  },
  {
    limit: 'stalledMs',
    node: 'busy',
    async reach(url) {
      const pace = { mode: 'walk', termsPerSecond: 1 };
      await ask(`${url}/v1/series/leibniz`, { method: 'PATCH', headers: bearer, body: { pace } });
      const client = await entered(url);
      client.say({ subscribe: { channel: 'leibniz' }, id: 2 });
      return eventually('no progress', async () => {
        const answer = await status('/readyz')(url);
        return answer[0] !== 200 && answer;
      });
    },
    answer: [503, '3'],
  },
  {
    limit: 'goodbyeMs',
    node: 'busy',
    reach: async (url) => unanswered(await entered(url), url, 'goodbyeMs'),
    answer: 'cut',
  },
];

/** It is sent away and never answers the close, until `limit` is reached and its connection is cut. */
async function unanswered(client: RawClient, url: string, limit: ReachableLimit): Promise<'cut'> {
  const before = await sampleAt(url, ...reached(limit));
  client.say({ connect: {}, id: 2 });
  client.socket.pause();
  await eventually('the cut', async () => (await sampleAt(url, ...reached(limit))) > before);
  client.socket.resume();
  await client.end();
  return 'cut';
}

function reached(limit: ReachableLimit): readonly [string, string] {
  return ['zeno_limits_reached_total', `limit="${limit}"`];
}

it.each(table)(
  '$limit, once it is reached, has its one answer and is counted',
  async ({ limit, node, reach, answer }) => {
    const { url } = nodes[node];
    const before = await sampleAt(url, ...reached(limit));
    expect(await reach(url)).toEqual(answer);
    await eventually('its count', async () => (await sampleAt(url, ...reached(limit))) > before);
    expect(await sampleAt(url, ...reached(limit))).toBe(before + 1);
  },
);

it('every bound that can be reached stands in the table above, or is reached in another file', () => {
  const here = new Set<string>(table.map(({ limit }) => limit));
  const elsewhere = Object.keys(reachedElsewhere);
  expect(elsewhere.filter((limit) => here.has(limit))).toEqual([]);
  expect(new Set([...here, ...elsewhere])).toEqual(new Set(reachable));
});

it.each(Object.entries(reachedElsewhere))('%s is expected to be counted by %s', (limit, file) => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  expect(text).toMatch(new RegExp(`'${limit}'|limit="${limit}"`));
});
