/** A committed estimate on its way to many clients: each format's frame is made at most once, whoever asks first. */
import type { RunId } from '../protocols/identity.ts';
import type { ConnectionFormat } from '../protocols/ports/connection.ts';
import type { SharedEstimate } from '../protocols/ports/outbox.ts';
import type { Position } from '../protocols/position.ts';
import { codecOf } from '../protocols/wire/codecs.ts';

export function sharedEstimate(run: RunId, position: Position, estimate: string): SharedEstimate {
  const frames = new Map<ConnectionFormat, Uint8Array>();
  return {
    run,
    position,
    estimate,
    frame(format) {
      const known = frames.get(format);
      if (known !== undefined) return known;
      const frame = codecOf(format).estimate(run, position, estimate);
      frames.set(format, frame);
      return frame;
    },
  };
}
