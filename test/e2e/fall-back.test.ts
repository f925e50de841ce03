/**
 * Where a WebSocket does not come through: the stock client finds its way by itself, in Node and in a real browser, on
 * the node's own page and on one of another origin.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { launchBrowser, visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { kill, sessionsOf } from '../support/http-client.ts';
import { sharedNode } from '../support/shared-node.ts';
import { assertUnbroken, type Publication, stockClients, told } from '../support/stock-client.ts';

let browser: Browser;
/** A page of another origin, which the node lists. */
let elsewhere: string;

beforeAll(async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => new Promise<void>((resolve) => server.close(() => resolve()));
});

const node = sharedNode(() => ({ env: { ZENO_ORIGINS: elsewhere }, limits: { intensity: 100 } }));

beforeAll(async () => {
  browser = await launchBrowser();
  return () => browser.close();
}, 60_000);

async function killSessions(): Promise<void> {
  const sessions = await sessionsOf(node.url);
  expect(sessions.length).toBeGreaterThan(0);
  for (const path of sessions) await kill(node.url, { path });
}

/** A list of transports of which those that are blocked lead nowhere. */
function transports(blocked: readonly string[]) {
  const endpoint = (path: string) =>
    `${node.url}/${blocked.includes(path) ? 'nowhere' : 'connection'}/${path}`;
  return [
    { transport: 'websocket' as const, endpoint: endpoint('websocket').replace('http', 'ws') },
    { transport: 'http_stream' as const, endpoint: endpoint('http_stream') },
    { transport: 'sse' as const, endpoint: endpoint('sse') },
  ];
}

const stocks = [
  ...(await stockClients('JSON', 'http_stream')),
  ...(await stockClients('protobuf', 'http_stream')),
];

describe.each(stocks)('the stock client $version in $build, without a WebSocket', ({ Centrifuge }) => {
  it('goes on over a streamed answer, and recovers there', async () => {
    const client = new Centrifuge(transports(['websocket']), {
      emulationEndpoint: `${node.url}/emulation`,
      websocket: WebSocket,
      fetch,
      readableStream: ReadableStream,
      minReconnectDelay: 50,
      maxReconnectDelay: 200,
    });
    const used: string[] = [];
    client.on('connected', ({ transport }) => used.push(transport));
    const publications: Publication[] = [];
    const recovered: boolean[] = [];
    const subscription = client.newSubscription('leibniz');
    subscription.on('publication', ({ offset = 0, data }) => publications.push({ offset, data: told(data) }));
    subscription.on('subscribed', (context) => recovered.push(context.recovered));
    subscription.subscribe();
    client.connect();
    try {
      await eventually('estimates', () => publications.length > 3);
      await killSessions();
      await eventually('its return', () => recovered.length === 2);
      const had = publications.length;
      await eventually('more estimates', () => publications.length > had + 3);
    } finally {
      client.disconnect();
    }
    expect([used, recovered]).toEqual([
      ['http_stream', 'http_stream'],
      [false, true],
    ]);
    assertUnbroken(publications);
  });
});

/** Runs in the page, so it is text to us. */
const watchInPage = `async ({ url, transports }) => {
  const { Centrifuge } = await import(url + '/vendor/centrifuge.js');
  const settings = { emulationEndpoint: url + '/emulation', minReconnectDelay: 50, maxReconnectDelay: 200 };
  const client = new Centrifuge(transports, settings);
  const seen = (window.seen = { used: [], recovered: [], publications: [] });
  client.on('connected', ({ transport }) => seen.used.push(transport));
  const subscription = client.newSubscription('leibniz');
  subscription.on('publication', ({ offset, data }) => seen.publications.push({ offset, data }));
  subscription.on('subscribed', ({ recovered }) => seen.recovered.push(recovered));
  subscription.subscribe();
  client.connect();
}`;

interface Seen {
  readonly used: readonly string[];
  readonly recovered: readonly boolean[];
  readonly publications: readonly Publication[];
}

const seenIn = (page: Page) => page.evaluate<Seen>('window.seen');

describe.each([
  ['the page of the node', () => node.url],
  ['a page of a listed origin', () => elsewhere],
])('in a browser, on %s', (_what, where) => {
  it.each([
    ['http_stream', ['websocket']],
    ['sse', ['websocket', 'http_stream']],
  ])('goes on over %s where %j come to nothing, and recovers there', async (transport, blocked) => {
    const { page } = await visit(browser, where());
    const wish = JSON.stringify({ url: node.url, transports: transports(blocked) });
    await page.evaluate(`(${watchInPage})(${wish})`);
    await eventually('estimates', async () => (await seenIn(page)).publications.length > 3);
    await killSessions();
    await eventually('its return', async () => (await seenIn(page)).recovered.length === 2);
    const had = (await seenIn(page)).publications.length;
    await eventually('more estimates', async () => (await seenIn(page)).publications.length > had + 3);
    const { used, recovered, publications } = await seenIn(page);
    expect(used).toEqual([transport, transport]);
    expect(recovered).toEqual([false, true]);
    assertUnbroken(publications);
  });
});
