/** The unchanged clients in their binary build, as those of other languages speak; and that they are told the same. */
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../support/eventually.ts';
import { sharedNode } from '../support/shared-node.ts';
import { newestAndOldest, type Stock, stockClient } from '../support/stock-client.ts';
import { stockSuite } from '../support/stock-suite.ts';

const stocks = await newestAndOldest('protobuf', 'websocket');
stockSuite(stocks);

const node = sharedNode();

it('estimates are the same bytes in either format, live and from history', async () => {
  const [stock] = stocks as [Stock];
  const inJson = new WebSocket(`${node.url.replace('http', 'ws')}/connection/websocket`);
  let json = '';
  inJson.on('message', (data) => {
    json += `${data}\n`;
  });
  inJson.once('open', () => inJson.send('{"connect":{},"id":1}\n{"subscribe":{"channel":"leibniz"},"id":2}'));
  await eventually('its reply', () => json.includes('"id":2'));
  const { client } = stockClient(stock, node.url);
  const subscription = client.newSubscription('leibniz');
  const live = new Map<number, string>();
  const text = (data: unknown) => (data instanceof Uint8Array ? new TextDecoder().decode(data) : 'no bytes');
  subscription.on('publication', ({ offset = 0, data }) => live.set(offset, text(data)));
  subscription.subscribe();
  client.connect();
  await eventually('some estimates', () => live.size > 5);
  const { publications } = await subscription.history({ limit: 5, reverse: true });
  const told = [...live, ...publications.map(({ offset = 0, data }) => [offset, text(data)] as const)];
  const last = Math.max(...told.map(([offset]) => offset));
  await eventually('the same in JSON', () => json.includes(`"offset":${last}}`));
  inJson.terminate();
  expect(told.length).toBeGreaterThan(10);
  for (const [offset, data] of told) expect(json).toContain(`{"data":${data},"offset":${offset}}`);
});
