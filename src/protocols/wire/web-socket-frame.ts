/** Frames of a WebSocket as a server sends them: whole messages, unmasked (RFC 6455, section 5.2). */

const FIN_AND_TEXT = 0x81;
const FIN_AND_BINARY = 0x82;
const FIN_AND_PING = 0x89;
const encoder = new TextEncoder();

export function textFrame(text: string): Uint8Array {
  return frameOf(FIN_AND_TEXT, encoder.encode(text));
}

export function binaryFrame(bytes: Uint8Array): Uint8Array {
  return frameOf(FIN_AND_BINARY, bytes);
}

/** A client's stack answers it by itself, with the same `payload` of at most 125 bytes (section 5.5.2). */
export function pingFrame(payload: Uint8Array): Uint8Array {
  return frameOf(FIN_AND_PING, payload);
}

function frameOf(first: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = new Uint8Array(head + length);
  const view = new DataView(frame.buffer);
  frame[0] = first;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    view.setUint16(2, length);
  } else {
    frame[1] = 127;
    view.setBigUint64(2, BigInt(length));
  }
  frame.set(payload, head);
  return frame;
}
