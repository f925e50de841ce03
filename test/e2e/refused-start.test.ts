/** A node that cannot start says all of what is wrong and what to do, ends with 1, and leaves everything as it was. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { getRun } from '../support/http-client.ts';
import {
  type NodeOptions,
  type Spawned,
  spawnNode,
  startNode,
  temporaryFolder,
} from '../support/node-process.ts';
import { httpStream } from '../support/sse-reader.ts';

/** Starts a node that is to refuse; what it said on stderr. */
async function refusal(options: NodeOptions): Promise<string> {
  const node: Spawned = spawnNode(options);
  expect(await node.exit(8_000), node.said()).toEqual({ code: 1, signal: null });
  expect(node.stdout).toBe('');
  expect(node.stderr).not.toMatch(/\n\s+at |node_modules/);
  return node.stderr;
}

function fingerprint(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('zeno.lock'))
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}`,
    );
}

it('lists every fault of its configuration at once, and repeats no secret', async () => {
  const data = join(temporaryFolder(), 'data');
  const stderr = await refusal({
    data,
    env: {
      ZENO_PORT: '70000',
      ZENO_HOST: 'not a host',
      ZENO_WORKERS: 'many',
      ZENO_ADMIN_TOKEN: 'tooshort',
      ZENO_ORIGINS: 'https://ok.example,example.org/path',
      ZENO_CHAOS: 'yes',
      ZENO_NODE_ID: 'Not An Id',
      ZENO_LOG: 'loud',
      ZENO_LIMITS: '{"conections":7,"mailbox":-1}',
      ZENO_PRT: '1',
      ZENO_REDIS: 'http://127.0.0.1',
    },
  });
  const faults = stderr.trimEnd().split('\n').slice(1);
  expect(
    faults.map((line) => line.trim().split(' ')[0]).toSorted((a = '', b = '') => a.localeCompare(b)),
  ).toEqual([
    'ZENO_ADMIN_TOKEN',
    'ZENO_CHAOS',
    'ZENO_HOST',
    'ZENO_LIMITS',
    'ZENO_LIMITS',
    'ZENO_LOG',
    'ZENO_NODE_ID',
    'ZENO_ORIGINS',
    'ZENO_PORT',
    'ZENO_PRT',
    'ZENO_REDIS',
    'ZENO_WORKERS',
  ]);
  expect(stderr).toContain('did you mean ZENO_PORT?');
  expect(stderr).toContain('did you mean connections?');
  expect(stderr).not.toContain('tooshort');
  // It did not get as far as making the folder.
  expect(() => readdirSync(data)).toThrow('ENOENT');
});

it('refuses series of one’s own that cannot be loaded or are wrong, and makes no data folder', async () => {
  const data = join(temporaryFolder(), 'data');
  const missing = await refusal({ data, env: { ZENO_SERIES: './nowhere/series.ts' } });
  expect(missing).toMatch(/The series in file:\/\/.*\/nowhere\/series\.ts can't be loaded: /);
  const file = join(temporaryFolder(), 'series.mjs');
  const example = new URL('../../examples/eta-of-two.ts', import.meta.url).href;
  writeFileSync(
    file,
    `import { series as eta } from ${JSON.stringify(example)};
     export const series = { ...eta, id: 'leibniz', limit: { name: '1', decimal: '1' } };`,
  );
  const wrong = await refusal({ data, env: { ZENO_SERIES: file } });
  expect(wrong).toContain('"leibniz" is taken already');
  expect(wrong).toMatch(/leibniz: at n = \d+ the limit 1 is not in \[/);
  expect(() => readdirSync(data)).toThrow('ENOENT');
});

it('refuses a data folder that is a file, or lies below one', async () => {
  const file = join(temporaryFolder(), 'notes.txt');
  writeFileSync(file, 'mine');
  for (const data of [file, join(file, 'below'), join(file, 'far', 'below')]) {
    const stderr = await refusal({ data });
    expect(stderr).toContain(data);
    expect(stderr).toContain('ZENO_DATA');
  }
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

it('refuses a data folder in use, says by whom, and does not disturb them', async () => {
  const data = temporaryFolder();
  const holder = await startNode({ data });
  const stream = await httpStream(`${holder.url}/v1/series/leibniz/events`);
  await stream.more(2);
  const stderr = await refusal({ data });
  expect(stderr).toContain(data);
  expect(stderr).toContain(`process ${holder.process.pid} `);
  expect(stderr).toContain('ZENO_DATA');
  await stream.more(2);

  // Whoever held it is gone, however it went: the folder is free.
  await holder.process.stop('SIGKILL');
  const { url } = await startNode({ data });
  expect((await getRun(url, 'leibniz')).position.offset).toBeGreaterThanOrEqual(4);
});

it('of several that start at once on one folder, one has it', async () => {
  const data = temporaryFolder();
  const nodes = Array.from({ length: 3 }, () => spawnNode({ data }));
  const outcomes = await Promise.all(
    nodes.map((node) =>
      node.link().then(
        () => 'started',
        async () => (await node.exit()).code,
      ),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'started')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 1)).toHaveLength(2);
  for (const node of nodes) if (!node.running) expect(node.stderr).toContain('in use by');
});

it('refuses a port in use, and lets go of the data folder', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const data = temporaryFolder();
  const stderr = await refusal({ data, env: { ZENO_PORT: String(port) } });
  expect(stderr).toContain(String(port));
  expect(stderr).toContain('ZENO_PORT');
  await startNode({ data });
});

it('refuses an address that is not of this machine', async () => {
  const stderr = await refusal({ data: temporaryFolder(), env: { ZENO_HOST: '203.0.113.7' } });
  expect(stderr).toContain('203.0.113.7');
  expect(stderr).toContain('ZENO_HOST');
});

const damages: readonly (readonly [what: string, damage: (whole: Buffer) => Uint8Array])[] = [
  ['garbage', () => Buffer.from('this has never been a database\n'.repeat(400))],
  ['nothing at all', () => Buffer.alloc(0)],
  ['a page overwritten', (whole) => Buffer.from(whole).fill(0x5a, 4_096, 8_192)],
  ['an end cut off', (whole) => whole.subarray(0, Math.floor(whole.length / 2))],
];

it('refuses a damaged database by name, leaves it to the last byte, and takes it back repaired', async () => {
  const data = temporaryFolder();
  const node = await startNode({ data });
  const stream = await httpStream(`${node.url}/v1/series/leibniz/events`);
  await stream.more(3);
  await node.process.stop('SIGTERM');
  const path = join(data, 'zeno.db');
  const whole = readFileSync(path);
  for (const [what, damage] of damages) {
    writeFileSync(path, damage(whole));
    const before = fingerprint(data);
    expect(await refusal({ data }), what).toContain(path);
    expect(fingerprint(data), what).toEqual(before);
  }
  writeFileSync(path, whole);
  const { url } = await startNode({ data });
  expect((await getRun(url, 'leibniz')).position.offset).toBeGreaterThanOrEqual(3);
});

it('refuses a folder where its database should be', async () => {
  const data = temporaryFolder();
  mkdirSync(join(data, 'zeno.db'));
  expect(await refusal({ data })).toContain(join(data, 'zeno.db'));
});
