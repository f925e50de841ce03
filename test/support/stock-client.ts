/** The stock client of the protocol in three versions, both builds and two transports, behind what the tests use of it. */
import type { Centrifuge } from 'centrifuge';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './eventually.ts';

export interface Stock {
  readonly version: string;
  readonly build: 'JSON' | 'protobuf';
  /** What it uses of the transports it has. */
  readonly transport: 'websocket' | 'http_stream';
  /** Of the older ones we use what the newest has too. */
  readonly Centrifuge: typeof Centrifuge;
}

const packages = { '5.8': 'centrifuge', '5.4': 'centrifuge-5-4', '5.0': 'centrifuge-5-0' };

/** The three versions. */
export function stockClients(
  build: Stock['build'],
  transport: Stock['transport'],
): Promise<readonly Stock[]> {
  return Promise.all(
    Object.entries(packages).map(async ([version, name]) => {
      const path = build === 'JSON' ? name : `${name}/build/protobuf`;
      const stock: { readonly Centrifuge: typeof Centrifuge } = await import(path);
      return { version, build, transport, Centrifuge: stock.Centrifuge };
    }),
  );
}

/** The newest and the oldest: between them nothing changed that is not tested over a WebSocket in JSON. */
export async function newestAndOldest(
  build: Stock['build'],
  transport: Stock['transport'],
): Promise<readonly Stock[]> {
  const all = await stockClients(build, transport);
  return [...all.slice(0, 1), ...all.slice(-1)];
}

export interface Options {
  readonly token?: string;
  readonly getToken?: () => Promise<string>;
  readonly maxServerPingDelay?: number;
}

export interface Settings {
  since?: { offset: number; epoch: string };
  token?: string;
  delta?: 'fossil';
}

/** What happened to a client or one of its subscriptions, in order. */
export interface Happened {
  readonly what: string;
  readonly code?: number;
  readonly reason?: string;
}

export interface Publication {
  readonly offset: number;
  readonly data: { readonly n: number; readonly skipped?: number };
}

export interface Subscribed {
  readonly wasRecovering: boolean;
  readonly recovered: boolean;
  readonly streamPosition?: { readonly offset: number; readonly epoch: string };
  /** Why it begins where it begins. */
  readonly data: unknown;
}

/** Data as JSON: one build hands it on as bytes, of which there are none where there is no data. */
export function told<T>(data: T | Uint8Array): T {
  return data instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(data) || 'null') : data;
}

/** A client that quickly comes back, with everything it hears written down. */
export function stockClient(stock: Stock, url: string, options: Options = {}) {
  const endpoint =
    stock.transport === 'websocket'
      ? `${url.replace('http', 'ws')}/connection/websocket`
      : [{ transport: stock.transport, endpoint: `${url}/connection/http_stream` }];
  const client = new stock.Centrifuge(endpoint, {
    emulationEndpoint: `${url}/emulation`,
    fetch,
    readableStream: ReadableStream,
    websocket: WebSocket,
    minReconnectDelay: 50,
    maxReconnectDelay: 200,
    ...options,
  });
  const happened: Happened[] = [];
  const messages: unknown[] = [];
  client.on('connecting', ({ code, reason }) => happened.push({ what: 'connecting', code, reason }));
  client.on('connected', () => happened.push({ what: 'connected' }));
  client.on('disconnected', ({ code, reason }) => happened.push({ what: 'disconnected', code, reason }));
  client.on('message', ({ data }) => messages.push(told(data)));
  onTestFinished(() => client.disconnect());
  return {
    client,
    happened,
    messages,
    times: (what: string) => happened.filter((event) => event.what === what).length,
    async until(what: string, times = 1): Promise<void> {
      await eventually(
        `${times} × ${what}, so far ${JSON.stringify(happened)}`,
        () => happened.filter((event) => event.what === what).length >= times,
      );
    },
    watch(channel: string, settings: Settings = {}) {
      const subscription = client.newSubscription(channel, settings);
      const publications: Publication[] = [];
      const subscribed: Subscribed[] = [];
      const left: Happened[] = [];
      subscription.on('publication', ({ offset = 0, data }) =>
        publications.push({ offset, data: told(data) }),
      );
      subscription.on('subscribed', (context) => subscribed.push({ ...context, data: told(context.data) }));
      subscription.on('subscribing', ({ code, reason }) => left.push({ what: 'subscribing', code, reason }));
      subscription.on('unsubscribed', ({ code, reason }) =>
        left.push({ what: 'unsubscribed', code, reason }),
      );
      subscription.subscribe();
      return {
        subscription,
        publications,
        subscribed,
        left,
        async more(count: number): Promise<void> {
          const wanted = publications.length + count;
          await eventually(`${count} more publications of ${channel}`, () => publications.length >= wanted);
        },
      };
    },
  };
}

/** Throws unless offsets follow each other; a snapshot after a subscribe without recovery begins anew. */
export function assertUnbroken(publications: readonly Publication[]): void {
  publications.forEach(({ offset, data: { skipped = 0 } }, index) => {
    const before = publications[index - 1];
    if (before !== undefined && offset !== before.offset + 1 + skipped) {
      throw new Error(`${offset} came after ${before.offset}`);
    }
  });
}
