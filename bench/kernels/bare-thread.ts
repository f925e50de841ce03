/** A worker thread as the service has them, without the service. */
import { threadStarter } from '../../src/kernels/start-thread.ts';
import type { Task, TaskResult } from '../../src/protocols/ports/compute-thread.ts';
import { leibniz } from '../../src/series/leibniz.ts';

/** About as many as the service puts into one range. */
const TERMS = 2 ** 27;
const RANGES = 12;

export interface BareThread extends AsyncDisposable {
  /** Terms a second of the kernel's own time, over a dozen ranges. */
  rate(): Promise<number>;
}

export async function bareThread(): Promise<BareThread> {
  let told: (result: TaskResult) => void = () => {};
  const ready = Promise.withResolvers<void>();
  const thread = threadStarter(null)({
    ready: () => ready.resolve(),
    result: (result) => told(result),
    exit: () => {},
  });
  await ready.promise;
  const sum = (id: number) =>
    new Promise<TaskResult>((resolve) => {
      told = resolve;
      const range = { from: id * TERMS, to: (id + 1) * TERMS };
      const task: Task = {
        id,
        work: { kind: 'range', series: leibniz.id, ...range, before: null, heavy: false, describe: false },
      };
      thread.run(task);
    });
  return {
    async rate() {
      let elapsedMs = 0;
      for (let id = 0; id < RANGES; id += 1) elapsedMs += (await sum(id)).elapsedMs;
      return (RANGES * TERMS * 1_000) / elapsedMs;
    },
    [Symbol.asyncDispose]: () => thread.terminate(),
  };
}
