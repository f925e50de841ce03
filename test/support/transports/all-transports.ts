/** Every way in which a run can be watched; a transport that is added here has to keep all promises of the contract suite. */
import { nativeSse } from './native-sse.ts';
import { centrifugalSse, httpStreamJson, httpStreamProtobuf } from './over-streams.ts';
import { webSocketJson, webSocketProtobuf } from './over-web-socket.ts';
import type { TransportClient } from './transport-client.ts';

export const transports: readonly TransportClient[] = [
  nativeSse,
  webSocketJson,
  webSocketProtobuf,
  httpStreamJson,
  httpStreamProtobuf,
  centrifugalSse,
];
