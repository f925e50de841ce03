/**
 * A ping of the WebSocket protocol that carries a number: a client's stack answers it by itself as soon as it has read
 * what stands before it, with the same number.
 */
import { pingFrame } from '../../protocols/wire/web-socket-frame.ts';

const NUMBER_BYTES = 4;

/** `number` is a whole one below 2^32. */
export function probeFrame(number: number): Uint8Array {
  const payload = new Uint8Array(NUMBER_BYTES);
  new DataView(payload.buffer).setUint32(0, number);
  return pingFrame(payload);
}

/** The number that an answer carries; null for one to no probe of ours. */
export function probeNumber(payload: Uint8Array): number | null {
  if (payload.length !== NUMBER_BYTES) return null;
  return new DataView(payload.buffer, payload.byteOffset, NUMBER_BYTES).getUint32(0);
}
