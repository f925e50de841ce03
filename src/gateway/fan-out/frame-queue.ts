/**
 * Frames that wait to be written, as a chain that grows at its end and is shared: connections that have been given the
 * same frames in the same order hold the same link, so that giving one more to a thousand of them is a thousand
 * comparisons, and joining their frames for one write happens once.
 */

export const noBytes = Buffer.alloc(0);

export class FrameQueue {
  /** Bytes of all frames together. */
  readonly bytes: number;
  /** How many they are. */
  readonly frames: number;
  readonly #before: FrameQueue | null;
  readonly #frame: Uint8Array;
  #joined: Buffer | null = null;
  /** The link that was last made behind this one: most connections ask for the same. */
  #next: FrameQueue | null = null;

  private constructor(before: FrameQueue | null, frame: Uint8Array) {
    this.#before = before;
    this.#frame = frame;
    this.bytes = (before?.bytes ?? 0) + frame.length;
    this.frames = before === null ? 0 : before.frames + 1;
  }

  /** Without frames. Those who are to share queues begin with the same one. */
  static empty(): FrameQueue {
    return new FrameQueue(null, noBytes);
  }

  /** These frames and `frame` behind them. */
  with(frame: Uint8Array): FrameQueue {
    const next = this.#next;
    if (next !== null && next.#frame === frame) return next;
    const made = new FrameQueue(this, frame);
    this.#next = made;
    return made;
  }

  /** All frames in one piece: the same bytes for all who share this queue, and a single frame uncopied. */
  joined(): Buffer {
    this.#joined ??= this.frames <= 1 ? bufferOf(this.#frame) : this.#join();
    return this.#joined;
  }

  /** Lets go of what was made behind it, so that an empty queue keeps no frame alive. */
  forget(): void {
    this.#next = null;
  }

  #join(): Buffer {
    // Not of the pool: a client that is slow may hold it long.
    const bytes = Buffer.allocUnsafeSlow(this.bytes);
    let end = this.bytes;
    for (let link: FrameQueue | null = this; link !== null; link = link.#before) {
      end -= link.#frame.length;
      bytes.set(link.#frame, end);
    }
    return bytes;
  }
}

/** A socket takes a Buffer as it is, and would wrap anything else anew at each write. */
function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
