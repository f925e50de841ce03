/** The native event stream, as an EventSource reads it; its position travels in `Last-Event-ID`. */
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { membersOf } from '../json-text.ts';
import { epochOf, offsetOf, type SseEvent, SseParser } from '../sse-reader.ts';
import { type At, Hearing, type TransportClient, TurnedAway, type Watching } from './transport-client.ts';

export const nativeSse: TransportClient = {
  transport: 'SSE',
  async watch(url, run, { position = null, everyMs, from } = {}) {
    const query = everyMs === undefined ? '' : `?everyMs=${everyMs}`;
    const headers = position === null ? {} : { 'last-event-id': `${position.epoch}:${position.offset}` };
    const response = await open(`${url}/v1/series/${run}/events${query}`, headers, from);
    if (response.statusCode !== 200) throw new TurnedAway(response.statusCode ?? 0, await text(response));
    return reading(response, position);
  },
};

function open(
  url: string,
  headers: Readonly<Record<string, string>>,
  from: string | undefined,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = get(
    url,
    { agent: false, headers, ...(from !== undefined && { localAddress: from }) },
    resolve,
  ).on('error', reject);
  onTestFinished(() => void asked.destroy());
  return promise;
}

function reading(response: IncomingMessage, from: At | null): Watching {
  const hearing = new Hearing();
  const parser = new SseParser();
  response.setEncoding('utf8').on('data', (piece: string) => {
    for (const event of parser.push(piece)) hear(event, from, hearing);
  });
  const closed = new Promise<void>((resolve) => {
    response
      .on('error', () => {})
      .once('close', () => {
        hearing.add({ kind: 'end', why: 'cut' });
        resolve();
      });
  });
  return {
    heard: hearing.heard,
    onHeard: (listener) => hearing.onHeard(listener),
    closed,
    stall: () => void response.pause(),
    drain: () => void response.resume(),
    leave: () => void response.destroy(),
  };
}

function hear({ event, id, data }: SseEvent, from: At | null, hearing: Hearing): void {
  const at = id === null ? null : { epoch: epochOf(id), offset: offsetOf(id) };
  if (event === 'snapshot' && at !== null) {
    const estimate = membersOf(data).get('estimate') ?? '';
    const { reason, epoch, offset } = JSON.parse(data);
    if (epoch !== at.epoch || offset !== at.offset)
      throw new Error(`a snapshot at two places: ${id} ${data}`);
    hearing.add({ kind: 'snapshot', at, why: reason, data: estimate === 'null' ? '' : estimate });
  } else if (event === 'estimate' && at !== null) hearing.add({ kind: 'estimate', at, data });
  else if (event === 'state') {
    const { recovered, missed, state } = JSON.parse(data);
    if (recovered === true && from !== null) hearing.add({ kind: 'recovered', at: from, missed });
    hearing.add({ kind: 'state', state });
  } else if (event === 'bye') hearing.add({ kind: 'end', why: JSON.parse(data).reason });
  else throw new Error(`an event nobody knows: ${event} ${id} ${data}`);
}
