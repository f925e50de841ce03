/**
 * Names, served by a process that is supervised like any other. While it lives, names resolve; when it has ended none
 * does; its next incarnation begins with all living processes that hold a name, from the runtime's own table. A
 * process takes its name at its start and gives it back at its end, after `terminate`.
 */
import type { Behaviour } from './behaviour.ts';
import { genServer, type ServerMessage } from './gen-server.ts';
import type { System } from './system.ts';

export function registry(system: System): Behaviour<ServerMessage<never, never>> {
  return genServer<null>({
    init(ctx) {
      ctx.own(system.serveNames());
      return null;
    },
  });
}
