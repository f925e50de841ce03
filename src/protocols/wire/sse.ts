/**
 * The stream as Server-Sent Events. Names and order are the contract's; a position stands in `id` only where a client
 * may resume from it.
 */
import { formatPosition, type Position } from '../position.ts';
import { withSkipped } from './estimate.ts';
import type { FrameCodec } from './frame-codec.ts';

const text = new TextEncoder();

function frameText(event: string, id: string | null, data: string): string {
  return `event: ${event}\n${id === null ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}

const ping = text.encode(': ping\n\n');

function estimate(position: Position, text: string): string {
  return frameText('estimate', formatPosition(position), text);
}

export const sseCodec: FrameCodec = {
  hello: (retryMs) => text.encode(`retry: ${retryMs}\n\n`),
  ping: () => ping,
  estimate: (_channel, position, json) => text.encode(estimate(position, json)),
  conflated: (_channel, position, json, skipped) =>
    text.encode(estimate(position, withSkipped(json, skipped))),
  snapshot(_opening, position, reason, json) {
    const { epoch, offset } = position;
    const data = `{"recovered":false,"reason":"${reason}","epoch":"${epoch}","offset":${offset},"estimate":${json}}`;
    return text.encode(frameText('snapshot', formatPosition(position), data));
  },
  insteadOfSnapshot: () => null,
  recovered(_opening, { epoch }, change, missed) {
    const state = frameText('state', null, JSON.stringify(change));
    return text.encode(
      state + missed.map((row) => estimate({ epoch, offset: row.offset }, row.estimate)).join(''),
    );
  },
  state: (change) => text.encode(frameText('state', null, JSON.stringify(change))),
  bye: (reason, reconnectMs) => text.encode(frameText('bye', null, JSON.stringify({ reason, reconnectMs }))),
  supervision: (type, data) => text.encode(frameText(type, null, data)),
};
