/**
 * The stream as Server-Sent Events. Names and order are the contract's; a position stands in `id` only where a client
 * may resume from it. A stream of several runs has one id for all of them, which differs from client to client, so
 * there it is a line of its own before a frame that all share, and every data names its run.
 */
import { formatPosition, type Position } from '../position.ts';
import { formatPositions, type Positions } from '../positions.ts';
import { withSkipped } from './estimate.ts';
import type { FrameCodec, Opening } from './frame-codec.ts';

const text = new TextEncoder();

function frameText(event: string, id: string, data: string): string {
  return `event: ${event}\n${id}data: ${data}\n\n`;
}

const ping = text.encode(': ping\n\n');

/** `idOf` is the line of an id, `runOf` the field that names the run in a snapshot; both may be empty. */
function streamCodec(idOf: (position: Position) => string, runOf: (opening: Opening) => string): FrameCodec {
  const estimate = (position: Position, json: string) => frameText('estimate', idOf(position), json);
  return {
    hello: (retryMs) => text.encode(`retry: ${retryMs}\n\n`),
    ping: () => ping,
    estimate: (_channel, position, json) => text.encode(estimate(position, json)),
    conflated: (_channel, position, json, skipped) =>
      text.encode(estimate(position, withSkipped(json, skipped))),
    snapshot(opening, position, reason, json) {
      const { epoch, offset } = position;
      const at = `"epoch":"${epoch}","offset":${offset}`;
      const data = `{${runOf(opening)}"recovered":false,"reason":"${reason}",${at},"estimate":${json}}`;
      return text.encode(frameText('snapshot', idOf(position), data));
    },
    insteadOfSnapshot: () => null,
    recovered(_opening, { epoch }, change, missed) {
      const state = frameText('state', '', JSON.stringify(change));
      return text.encode(
        state + missed.map((row) => estimate({ epoch, offset: row.offset }, row.estimate)).join(''),
      );
    },
    state: (change) => text.encode(frameText('state', '', JSON.stringify(change))),
    // A browser comes back by `retry` and reads nothing else.
    bye: (reason, reconnectMs) =>
      text.encode(`retry: ${reconnectMs}\n${frameText('bye', '', JSON.stringify({ reason, reconnectMs }))}`),
    supervision: (type, data) => text.encode(frameText(type, '', data)),
  };
}

/** A stream of one run, or of the supervision feed. */
export const sseCodec = streamCodec(
  (position) => `id: ${formatPosition(position)}\n`,
  () => '',
);

/** A stream of several runs. */
export const sseRunsCodec = streamCodec(
  () => '',
  ({ channel }) => `"run":${JSON.stringify(channel)},`,
);

/** The id of a stream of several runs: stands before a frame that moves the client. */
export function sseMark(positions: Positions): Uint8Array {
  return text.encode(`id: ${formatPositions(positions)}\n`);
}
