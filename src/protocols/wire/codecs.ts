/** Which codec speaks which connection format: the same messages, as text or as bytes, in the frames of a transport. */
import type { CentrifugalFormat, ConnectionFormat } from '../ports/connection.ts';
import { centrifugalCodec, type Encode, type Format } from './centrifugal/codec.ts';
import { messageText, pingText } from './centrifugal/json.ts';
import { messageBytes, pingBytes } from './centrifugal/protobuf.ts';
import type { FrameCodec } from './frame-codec.ts';
import { sseCodec, sseRunsCodec } from './sse.ts';
import { binaryFrame, textFrame } from './web-socket-frame.ts';

const encoder = new TextEncoder();

/** One object a line. */
const line = (text: string) => encoder.encode(`${text}\n`);
/** An event without a name. */
const event = (text: string) => encoder.encode(`data: ${text}\n\n`);

function textual(frame: (text: string) => Uint8Array, hello: Uint8Array | null = null): Format {
  return { encode: (message) => frame(messageText(message)), ping: frame(pingText), hello };
}

const formats: Readonly<Record<CentrifugalFormat, Format>> = {
  'centrifuge-json': textual(textFrame),
  'centrifuge-protobuf': {
    encode: (message) => binaryFrame(messageBytes(message)),
    ping: binaryFrame(pingBytes),
    hello: null,
  },
  'centrifuge-json-stream': textual(line),
  'centrifuge-protobuf-stream': { encode: messageBytes, ping: pingBytes, hello: null },
  'centrifuge-sse': textual(event, encoder.encode('\r\n')),
};

const codecs: Readonly<Record<ConnectionFormat, FrameCodec>> = {
  sse: sseCodec,
  'sse-runs': sseRunsCodec,
  'centrifuge-json': centrifugalCodec(formats['centrifuge-json']),
  'centrifuge-protobuf': centrifugalCodec(formats['centrifuge-protobuf']),
  'centrifuge-json-stream': centrifugalCodec(formats['centrifuge-json-stream']),
  'centrifuge-protobuf-stream': centrifugalCodec(formats['centrifuge-protobuf-stream']),
  'centrifuge-sse': centrifugalCodec(formats['centrifuge-sse']),
};

export function codecOf(format: ConnectionFormat): FrameCodec {
  return codecs[format];
}

/** How a client of this format is spoken to; null for one that only listens. */
export function encoderOf(format: ConnectionFormat): Encode | null {
  return format === 'sse' || format === 'sse-runs' ? null : formats[format].encode;
}

/** Whether its clients speak in bytes. */
export function isBinary(format: ConnectionFormat): boolean {
  return format === 'centrifuge-protobuf' || format === 'centrifuge-protobuf-stream';
}
