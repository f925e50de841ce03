/**
 * The house's import directions, executed: who may import whom, and who may touch which library. This table is the
 * documentation; ARCHITECTURE.md explains it.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Room → rooms it may import. A file belongs to the longest room that its path begins with. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['config.ts', 'node.ts', 'runtime', 'telemetry', 'lib'],
  'node.ts': [
    'config.ts',
    'auth',
    'gateway',
    'actors',
    'kernels',
    'store',
    'supervision',
    'runtime',
    'series',
    'telemetry',
    'protocols',
    'lib',
  ],
  'config.ts': ['config', 'protocols', 'lib'],
  config: ['protocols', 'lib'],
  gateway: ['protocols', 'lib'],
  actors: ['supervision', 'runtime', 'series', 'protocols', 'protocols/mailbox', 'lib'],
  auth: ['protocols', 'lib'],
  kernels: ['series', 'protocols', 'lib'],
  store: ['protocols', 'lib'],
  supervision: ['runtime', 'lib'],
  runtime: ['lib'],
  series: ['protocols', 'lib'],
  telemetry: ['protocols', 'lib'],
  'protocols/mailbox': ['protocols', 'runtime', 'lib'],
  protocols: ['lib'],
  lib: [],
};

/** Library → the rooms or files that may import it. What is not listed may be imported by nobody. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  nact: ['runtime/scheduler.ts'],
  'node:sqlite': ['store'],
  'node:worker_threads': ['kernels'],
  fastify: ['gateway'],
  '@fastify/cookie': ['gateway'],
  '@fastify/swagger': ['gateway/docs/openapi.ts'],
  '@fastify/type-provider-typebox': ['gateway'],
  'node:http': ['gateway'],
  'node:stream': ['gateway'],
  ws: ['gateway'],
  'node:net': ['gateway', 'config'],
  jose: ['auth'],
  pino: ['telemetry'],
  'prom-client': ['telemetry'],
  protobufjs: ['protocols/wire/centrifugal/schema.ts'],
  typebox: ['protocols', 'gateway', 'store', 'kernels', 'config.ts'],
  'typebox/compile': ['protocols', 'gateway', 'store', 'kernels'],
  'typebox/value': ['protocols', 'store'],
  'node:crypto': [
    'lib',
    'actors/credentials.ts',
    'actors/token-identity.ts',
    'store/redis-script.ts',
    'gateway/etag.ts',
    'gateway/page-files.ts',
  ],
  'node:zlib': ['gateway'],
  ioredis: ['store'],
  'node:perf_hooks': ['lib/clock.ts'],
  'node:fs': ['store', 'gateway', 'kernels/module.ts', 'protocols/wire/centrifugal/schema.ts'],
  'node:module': ['protocols/wire/centrifugal/schema.ts'],
  'node:os': ['main.ts', 'node.ts'],
  'node:path': ['store', 'gateway', 'node.ts'],
  'node:url': ['gateway', 'store', 'node.ts'],
  'node:util': ['lib', 'gateway/page-files.ts'],
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = globSync('**/*.ts', { cwd: 'src' }).map((file) => file.replaceAll('\\', '/'));
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join('src', file), 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, type, from, bare, dynamic]) => ({
    file,
    target: from ?? bare ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
}

function roomOf(file: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

test('every source file stands in a room of the house', () => {
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test('imports go only in the directions the house allows', () => {
  const against = imports
    .filter(({ target }) => target.startsWith('.') && !target.endsWith('../package.json'))
    .filter(({ file, target }) => {
      const from = roomOf(file);
      const to = roomOf(normalize(join(dirname(file), target)));
      return from === undefined || to === undefined || (from !== to && !rooms[from]?.includes(to));
    });
  expect(against.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
});

test('actors speak to each other of the runtime in types only', () => {
  const values = imports.filter(
    ({ file, target, typeOnly }) =>
      file.startsWith('protocols/mailbox/') && target.includes('/runtime/') && !typeOnly,
  );
  expect(values).toEqual([]);
});

test('every library is touched only where it is at home', () => {
  const strays = imports
    .filter(({ target }) => !target.startsWith('.'))
    .filter(
      ({ file, target }) => !libraries[target]?.some((home) => file === home || file.startsWith(`${home}/`)),
    );
  expect(strays.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
});

/** What keeps an operating system's process alive → the only files that may make it, each bound to a process's end. */
const makers: readonly { readonly what: string; readonly made: RegExp; readonly by: readonly string[] }[] = [
  { what: 'timers', made: /(?<!socket\.)\bset(Timeout|Interval|Immediate)\(/, by: ['lib/clock.ts'] },
  { what: 'threads', made: /\bnew Worker\(/, by: ['kernels/start-thread.ts'] },
  {
    what: 'servers',
    made: /\b(createServer|fastify)\(/,
    // The second describes the routes of the first, and never listens.
    by: ['gateway/app.ts', 'gateway/docs/openapi.ts', 'gateway/front.ts'],
  },
  { what: 'listening sockets', made: /\bserver\.listen\(/, by: ['gateway/front.ts'] },
  { what: 'WebSocket servers', made: /\bnew WebSocketServer\(/, by: ['gateway/transports/web-socket.ts'] },
  { what: 'connections', made: /\bnew Redis\(/, by: ['store/open-redis.ts'] },
  {
    what: 'databases',
    made: /\bnew DatabaseSync\(/,
    by: ['store/data-folder.ts', 'store/sqlite-file.ts', 'store/sqlite-inspection.ts'],
  },
  { what: 'signal handlers', made: /\bprocess\.(on|once)\(/, by: ['main.ts'] },
];

test.each(makers)('$what are made by $by only', ({ made, by }) => {
  expect(files.filter((file) => made.test(readFileSync(join('src', file), 'utf8'))).toSorted()).toEqual(by);
});

test('time and chance come from lib alone', () => {
  const strays = files
    .filter((file) => !file.startsWith('lib/'))
    .filter((file) =>
      /\bDate\.now\(|\bMath\.random\(|\bperformance\.now\(|(?<!socket\.)\bset(Timeout|Interval)\(/.test(
        readFileSync(join('src', file), 'utf8'),
      ),
    );
  expect(strays).toEqual([]);
});

/** Streams are written by the fan-out; a request that can't be read has nobody else to answer it. */
const writersToSockets = ['gateway/fan-out/client-socket.ts', 'gateway/unreadable.ts'];

/** What the framework answers with, up to its `send`: the calls of one chain, with calls in their arguments. */
const replies = /\breply(\s*\.\w+\((?:[^()]|\([^()]*\))*\))*?\s*\.send\(/g;

/** Whatever bytes could be given to, by any name. A module's own methods, on `this`, give them to no socket. */
const gives = /(?<!\bthis)\??\.(write|end|send)\((?!\))/;

test('one module writes to client sockets', () => {
  const writers = files.filter(
    (file) =>
      file.startsWith('gateway/') &&
      gives.test(readFileSync(join('src', file), 'utf8').replaceAll(replies, '')),
  );
  expect(writers.toSorted()).toEqual(writersToSockets);
});

test.each([
  ['socket.end(body)', true],
  ['webSocket.send(text)', true],
  ['this.socket?.write(bytes)', true],
  ['socketOf(request).write(bytes)', true],
  ['reply.raw.end(body)', true],
  ['reply.hijack();\n  response.write(head)', true],
  ['socket.end()', false],
  ['this.write(frame)', false],
  ['return reply\n  .code(201)\n  .type(typeOf(view.value))\n  .send(view.value)', false],
])('%s gives bytes to a socket: %s', (text, does) => {
  expect(gives.test(text.replaceAll(replies, ''))).toBe(does);
});
