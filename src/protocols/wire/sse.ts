/**
 * The stream as Server-Sent Events. Names and order are the contract's; a position stands in `id` only where a client
 * may resume from it.
 */
import { formatPosition } from '../position.ts';
import type { FrameCodec } from './frame-codec.ts';

const text = new TextEncoder();

function frame(event: string, id: string | null, data: string): Uint8Array {
  return text.encode(`event: ${event}\n${id === null ? '' : `id: ${id}\n`}data: ${data}\n\n`);
}

const ping = text.encode(': ping\n\n');

export const sseCodec: FrameCodec = {
  hello: (retryMs) => text.encode(`retry: ${retryMs}\n\n`),
  ping: () => ping,
  estimate: (position, estimate) => frame('estimate', formatPosition(position), estimate),
  conflated: (position, estimate, skipped) =>
    frame('estimate', formatPosition(position), `${estimate.slice(0, -1)},"skipped":${skipped}}`),
  snapshot(position, reason, estimate) {
    const { epoch, offset } = position;
    const data = `{"recovered":false,"reason":"${reason}","epoch":"${epoch}","offset":${offset},"estimate":${estimate}}`;
    return frame('snapshot', formatPosition(position), data);
  },
  state: (change) => frame('state', null, JSON.stringify(change)),
  bye: (bye) => frame('bye', null, JSON.stringify(bye)),
  supervision: (type, data) => frame(type, null, data),
};
