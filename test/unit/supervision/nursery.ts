/** Children for supervisors under test, and a supervisor started over them. */
import type { Random } from '../../../src/lib/random.ts';
import type { Behaviour } from '../../../src/runtime/behaviour.ts';
import type { ExitReason } from '../../../src/runtime/exit-reason.ts';
import { genServer, type ServerMessage, stop } from '../../../src/runtime/gen-server.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import type { System } from '../../../src/runtime/system.ts';
import type { ChildSpec } from '../../../src/supervision/child-spec.ts';
import { type SupervisorPid, type SupervisorSpec, supervisor } from '../../../src/supervision/supervisor.ts';
import type { World } from '../runtime/world.ts';

/** No chance at all: jitter subtracts nothing. */
export const noRandom: Random = { fraction: () => 0, hex: (bytes) => '0'.repeat(bytes * 2) };
export const deps = { random: noRandom };

/** Writes `+id` when it starts and `-id` when it ends in order; ends with the reason it is cast. */
export function child(id: string, log: string[] = []): Behaviour<ServerMessage<never, ExitReason>> {
  return genServer<null, never, ExitReason>({
    init() {
      log.push(`+${id}`);
      return null;
    },
    handleCast: (reason) => stop(reason, null),
    terminate() {
      log.push(`-${id}`);
    },
  });
}

export function spec(id: string, log: string[] = [], options: Partial<ChildSpec> = {}): ChildSpec {
  return { id, start: () => child(id, log), ...options };
}

export function startSupervisor(world: World, definition: SupervisorSpec): Promise<SupervisorPid> {
  return world.start(supervisor(definition, deps), { id: 'sup' });
}

/** Pid of the child with this id, or an error. */
export function childPid(system: System, sup: Pid, id: string): Pid {
  const pid = pidOf(system, sup, id);
  if (pid === null) throw new Error(`child ${id} has no pid`);
  return pid;
}

export function pidOf(system: System, sup: Pid, id: string): Pid | null {
  return system.inspect(sup)?.children?.find((info) => info.id === id)?.pid ?? null;
}

/** A child whose start fails while `broken()` says so. */
export function fragile(id: string, broken: () => boolean, log: string[] = []): ChildSpec {
  return {
    id,
    start: () => {
      if (broken()) throw new Error(`${id} is broken`);
      return child(id, log);
    },
  };
}
