/** Which codec speaks which connection format. */
import type { ConnectionFormat } from '../ports/connection.ts';
import { centrifugeJsonCodec } from './centrifugal/json-codec.ts';
import type { FrameCodec } from './frame-codec.ts';
import { sseCodec } from './sse.ts';

const codecs: Readonly<Record<ConnectionFormat, FrameCodec>> = {
  sse: sseCodec,
  'centrifuge-json': centrifugeJsonCodec,
};

export function codecOf(format: ConnectionFormat): FrameCodec {
  return codecs[format];
}
