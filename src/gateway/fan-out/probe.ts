/**
 * A ping of the WebSocket protocol (RFC 6455, section 5.5.2), which a client's stack answers by itself as soon as it has
 * read what stands before it, with the same number.
 */

const FIN_AND_PING = 0x89;
const NUMBER_BYTES = 4;

/** `number` is a whole one below 2^32. */
export function probeFrame(number: number): Uint8Array {
  const frame = new Uint8Array(2 + NUMBER_BYTES);
  frame[0] = FIN_AND_PING;
  frame[1] = NUMBER_BYTES;
  new DataView(frame.buffer).setUint32(2, number);
  return frame;
}

/** The number that an answer carries; null for one to no probe of ours. */
export function probeNumber(payload: Uint8Array): number | null {
  if (payload.length !== NUMBER_BYTES) return null;
  return new DataView(payload.buffer, payload.byteOffset, NUMBER_BYTES).getUint32(0);
}
