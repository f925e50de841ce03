/** What an idle GenServer costs: its start, and its bytes on the heap. Bare, and as a child of a dynamic supervisor. */
import { genServer } from '../../src/runtime/gen-server.ts';
import type { System } from '../../src/runtime/system.ts';
import { dynamicSupervisor } from '../../src/supervision/supervisor.ts';
import { startChild } from '../../src/supervision/supervisor-admin.ts';
import { type Figures, rounds } from './figures.ts';
import { sizes } from './sizes.ts';
import { benchSystem, deps, macrotask, start } from './world.ts';

/** One for all, so that what is weighed is the runtime's and not the program's closures. */
const idle = genServer<null, never, 'tick'>({
  init: () => null,
  handleCast: (_tick, state) => state,
});

export function spawns(): Promise<Figures> {
  return rounds(async () => {
    const bare = await weigh(startAll);
    const child = await weigh(startChildren);
    return { spawnUs: bare.us, bytes: bare.bytes, childUs: child.us, childBytes: child.bytes };
  });
}

/** All at once, until the last init is done. */
async function startAll(system: System) {
  return async () => {
    await Promise.all(Array.from({ length: sizes.IDLE }, () => system.spawn(idle)));
  };
}

/** One after the other, as OTP's supervisor takes them. */
async function startChildren(system: System) {
  const child = (index: number) => ({ id: String(index), start: () => idle });
  const sup = await start(system, dynamicSupervisor({ strategy: 'simple_one_for_one', child }, deps));
  return async () => {
    for (let index = 0; index < sizes.IDLE; index += 1) {
      const { ok } = await startChild(system, sup, index);
      if (!ok) throw new Error(`child ${index} was not started`);
    }
  };
}

/** Microseconds and bytes of each process that is started. */
async function weigh(prepare: (system: System) => Promise<() => Promise<void>>) {
  const system = benchSystem();
  const startThem = await prepare(system);
  const emptyBytes = await heapBytes();
  const beganMs = performance.now();
  await startThem();
  const us = ((performance.now() - beganMs) * 1_000) / sizes.IDLE;
  const bytes = ((await heapBytes()) - emptyBytes) / sizes.IDLE;
  for (const { pid } of [...system.processes()]) system.exit(pid, 'kill');
  return { us, bytes };
}

async function heapBytes(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('needs node --expose-gc');
  await macrotask();
  gc();
  await macrotask();
  gc();
  return process.memoryUsage().heapUsed;
}
