/** The thread port on Node's worker threads. This room alone knows them; the core sees tasks, results and an exit. */
import { Worker } from 'node:worker_threads';
import { bounds } from '../protocols/limits.ts';
import {
  type ComputeThread,
  OutOfMemory,
  type StartThread,
  type Task,
  type TaskResult,
  type ThreadEvents,
} from '../protocols/ports/compute-thread.ts';

/** What range-thread.ts posts. */
type ThreadMessage = 'ready' | TaskResult;

/**
 * Threads that know the series in the file `ownSeries` (an absolute URL) besides the catalogue's; null for none. A thread
 * takes tasks at once and says `ready` when it does them without delay. After `terminate` nothing but
 * `exit(null)` is told; a thread that ends in any other way, even quietly, tells `exit` an Error. One whose heap would
 * outgrow `heapMb` ends so too, alone: without a bound the big integers of one series could take the memory of all. The
 * thread gets neither the flags nor the environment of the process: it needs none, and the environment may hold secrets.
 */
export function threadStarter(
  ownSeries: string | null,
  heapMb: number = bounds.workerHeapMb.default,
): StartThread {
  return (events) => {
    const resourceLimits = { maxOldGenerationSizeMb: heapMb };
    const options = { execArgv: [], env: {}, workerData: ownSeries, resourceLimits };
    return watch(new Worker(new URL('./range-thread.ts', import.meta.url), options), events, heapMb);
  };
}

/**
 * Starts at most `max` threads at a time; one more begins when one of them has ended. A supervisor replaces a worker at
 * once, but a thread takes its time to go, and without this a storm of kills would pile threads up.
 */
export function boundedThreads(max: number, startThread: StartThread): StartThread {
  const waiting: (() => void)[] = [];
  let running = 0;

  function begin(events: ThreadEvents): ComputeThread {
    running += 1;
    return startThread({
      ...events,
      exit(reason) {
        running -= 1;
        waiting.shift()?.();
        events.exit(reason);
      },
    });
  }

  return (events) => (running < max ? begin(events) : later(events));

  /** A thread that begins when it may; tasks given before wait with it. */
  function later(events: ThreadEvents): ComputeThread {
    const tasks: Task[] = [];
    let thread: ComputeThread | null = null;
    const start = () => {
      thread = begin(events);
      for (const task of tasks) thread.run(task);
    };
    waiting.push(start);
    return {
      run(task) {
        if (thread === null) tasks.push(task);
        else thread.run(task);
      },
      async terminate() {
        if (thread !== null) return thread.terminate();
        const place = waiting.indexOf(start);
        if (place < 0) return;
        waiting.splice(place, 1);
        events.exit(null);
      },
    };
  }
}

function watch(worker: Worker, events: ThreadEvents, heapMb: number): ComputeThread {
  let terminated = false;
  let failure: Error | null = null;
  const { threadId } = worker;

  worker.on('message', (message: ThreadMessage) => {
    if (terminated) return;
    if (message === 'ready') events.ready(threadId);
    else events.result(message);
  });
  worker.on('messageerror', (error) => fail(worker, error));
  worker.on('error', (error) => {
    failure ??= isOutOfMemory(error)
      ? new OutOfMemory(`it needed more than ${heapMb} MB of memory`)
      : asError(error);
  });
  worker.on('exit', (code) => {
    events.exit(terminated ? null : (failure ?? new Error(`thread ended by itself with code ${code}`)));
  });

  /** A result that cannot be read is lost for good: the thread is no use to anybody waiting for it. */
  function fail(broken: Worker, error: Error): void {
    failure ??= error;
    void broken.terminate();
  }

  return {
    run: (task) => worker.postMessage(task),
    async terminate() {
      terminated = true;
      await worker.terminate();
    },
  };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thread threw ${String(thrown)}`);
}
