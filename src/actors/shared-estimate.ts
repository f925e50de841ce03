/** A committed estimate on its way to many clients: each frame is made at most once, whoever asks first. */
import type { RunId } from '../protocols/identity.ts';
import type { ConnectionFormat } from '../protocols/ports/connection.ts';
import type { SharedEstimate } from '../protocols/ports/outbox.ts';
import type { Position } from '../protocols/position.ts';
import { codecOf } from '../protocols/wire/codecs.ts';

export function sharedEstimate(run: RunId, position: Position, estimate: string): SharedEstimate {
  return new Shared(run, position, estimate);
}

class Shared implements SharedEstimate {
  readonly run: RunId;
  readonly position: Position;
  readonly estimate: string;
  /** By format and by how many are skipped. */
  readonly #frames = new Map<string, Uint8Array>();
  /** What was asked for last, which is what is asked for next, nearly always. */
  #format: ConnectionFormat | null = null;
  #skipped = 0;
  #frame: Uint8Array = new Uint8Array();

  constructor(run: RunId, position: Position, estimate: string) {
    this.run = run;
    this.position = position;
    this.estimate = estimate;
  }

  frame(format: ConnectionFormat, skipped: number): Uint8Array {
    if (format !== this.#format || skipped !== this.#skipped) {
      this.#frame = this.#framed(format, skipped);
      this.#format = format;
      this.#skipped = skipped;
    }
    return this.#frame;
  }

  #framed(format: ConnectionFormat, skipped: number): Uint8Array {
    const key = `${format} ${skipped}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const { run, position, estimate } = this;
    const codec = codecOf(format);
    const frame =
      skipped === 0
        ? codec.estimate(run, position, estimate)
        : codec.conflated(run, position, estimate, skipped);
    this.#frames.set(key, frame);
    return frame;
  }
}
