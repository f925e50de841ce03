/** A process that does nothing but write down what it is cast. */
import type { Behaviour } from '../../../src/runtime/behaviour.ts';
import { genServer, type ServerMessage } from '../../../src/runtime/gen-server.ts';

export function listeningServer<Call, Cast>(heard: Cast[] = []): Behaviour<ServerMessage<Call, Cast>> {
  return genServer<null, Call, Cast>({
    init: () => null,
    handleCast(message) {
      heard.push(message);
      return null;
    },
  });
}
