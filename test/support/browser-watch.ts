/**
 * A run watched in a tab by what browsers and the stock client bring along, without a line of our page: the native
 * EventSource and the client's own build as the node serves it, each of which comes back by itself.
 */
import type { Page } from 'playwright-core';

export interface Told {
  readonly kind: 'snapshot' | 'estimate' | 'recovered';
  readonly epoch: string;
  readonly offset: number;
}

export interface Watched {
  readonly sse: readonly Told[];
  readonly webSocket: readonly Told[];
  /** How often each of them has been connected. */
  readonly connected: { readonly sse: number; readonly webSocket: number };
}

/** As text, because a compiler would turn the import into one of its own. */
const script = (run: string) => `(async () => {
  const seen = { sse: [], webSocket: [], connected: { sse: 0, webSocket: 0 } };
  window.watchedRun = seen;

  const source = new EventSource('/v1/series/${run}/events');
  let last = '';
  const tell = (kind) => ({ lastEventId }) => {
    if (lastEventId !== '') last = lastEventId;
    const [epoch, offset] = last.split(':');
    seen.sse.push({ kind, epoch, offset: Number(offset) });
  };
  source.onopen = () => { seen.connected.sse += 1; };
  source.addEventListener('snapshot', tell('snapshot'));
  source.addEventListener('estimate', tell('estimate'));
  source.addEventListener('state', (event) => {
    if (JSON.parse(event.data).recovered) tell('recovered')({ lastEventId: '' });
  });

  const { Centrifuge } = await import('/vendor/centrifuge.js');
  const client = new Centrifuge(location.origin.replace('http', 'ws') + '/connection/websocket', {
    minReconnectDelay: 50,
    maxReconnectDelay: 300,
  });
  client.on('connected', () => { seen.connected.webSocket += 1; });
  const subscription = client.newSubscription('${run}');
  let epoch = '';
  let begins = false;
  subscription.on('subscribed', ({ recovered, streamPosition }) => {
    epoch = streamPosition.epoch;
    begins = !recovered && streamPosition.offset > 0;
    if (!begins) {
      seen.webSocket.push({ kind: recovered ? 'recovered' : 'snapshot', epoch, offset: streamPosition.offset });
    }
  });
  subscription.on('publication', ({ offset }) => {
    seen.webSocket.push({ kind: begins ? 'snapshot' : 'estimate', epoch, offset });
    begins = false;
  });
  subscription.subscribe();
  client.connect();
})()`;

/** Begins to watch `run` in the tab, in both ways. */
export async function watchIn(page: Page, run: string): Promise<void> {
  await page.evaluate(script(run));
}

/** What the tab has been told so far. */
export function toldIn(page: Page): Promise<Watched> {
  return page.evaluate<Watched>('window.watchedRun');
}

/** Throws at the first estimate that is missing, doubled or out of order; how often it recovered and began. */
export function judgeTold(told: readonly Told[]): {
  readonly recoveries: number;
  readonly snapshots: number;
} {
  told.forEach(({ kind, epoch, offset }, at) => {
    const has = told[at - 1];
    const step = has?.epoch === epoch ? offset - has.offset : null;
    if (kind === 'snapshot' || step === (kind === 'recovered' ? 0 : 1)) return;
    throw new Error(`${kind} ${epoch}:${offset} after ${has?.epoch}:${has?.offset}`);
  });
  return {
    recoveries: told.filter(({ kind }) => kind === 'recovered').length,
    snapshots: told.filter(({ kind }) => kind === 'snapshot').length,
  };
}
