/** A system for one scenario, and what all scenarios do with it. */
import { systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import type { Behaviour } from '../../src/runtime/behaviour.ts';
import type { From } from '../../src/runtime/call.ts';
import type { ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer } from '../../src/runtime/gen-server.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import { createSystem, type System } from '../../src/runtime/system.ts';
import { sizes } from './sizes.ts';

export const deps = { random: systemRandom };

/** Its mailboxes hold whatever a scenario queues. */
export function benchSystem(): System {
  return createSystem({ name: 'bench', clock: systemClock, mailboxMax: 2 * sizes.MESSAGES });
}

/** Spawns and insists that it worked. */
export async function start<M>(system: System, behaviour: Behaviour<M>): Promise<Pid<M>> {
  const spawned = await system.spawn(behaviour);
  if (!spawned.ok) throw new Error('not started', { cause: spawned.reason });
  return spawned.pid;
}

export function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Watch {
  readonly pid: Pid;
  readonly down: (reason: ExitReason) => void;
  readonly from: From<null>;
}

/** Monitors processes and tells why they ended. */
export interface Observer {
  /** Resolves when the monitor is set. */
  watch(pid: Pid): Promise<{ readonly down: Promise<ExitReason> }>;
}

export async function startObserver(system: System): Promise<Observer> {
  const observer = genServer<Map<Pid, Watch['down']>, Watch>({
    init: () => new Map(),
    handleCall({ pid, down, from }, watched, ctx) {
      ctx.monitor(pid);
      watched.set(pid, down);
      ctx.reply(from, null);
      return watched;
    },
    handleInfo(info, watched) {
      if (info.type !== 'down') return watched;
      watched.get(info.pid)?.(info.reason);
      watched.delete(info.pid);
      return watched;
    },
  });
  const self = await start(system, observer);
  return {
    async watch(pid) {
      const { promise, resolve } = Promise.withResolvers<ExitReason>();
      const build = (from: From<null>): Watch => ({ pid, down: resolve, from });
      await system.call(self, build, sizes.CALL_TIMEOUT_MS);
      return { down: promise };
    },
  };
}
