/**
 * One worker thread as a process: killing the process ends the thread, and the thread's end is the process's own. It
 * computes what the dispatcher hands it and holds nothing else, so its death costs one range's time. A job that takes too
 * long ends it too: nobody else can end a loop that does not.
 */
import type { Limits } from '../protocols/limits.ts';
import type { DispatcherPid, RangeWorkerCast } from '../protocols/mailbox/dispatcher.ts';
import { type ComputeThread, OutOfMemory, type StartThread } from '../protocols/ports/compute-thread.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { Context } from '../runtime/context.ts';
import { genServer, type ServerMessage, stop } from '../runtime/gen-server.ts';
import { dispatcherName } from './names.ts';

interface State {
  readonly thread: ComputeThread;
  /** Null until this worker has been taken on. */
  readonly dispatcher: DispatcherPid | null;
  /** Tasks the thread has; it does them one after the other. */
  readonly tasks: number;
}

export interface RangeWorkerPorts {
  readonly startThread: StartThread;
  readonly limits: Limits;
  readonly meter: Meter;
}

type Ctx = Context<never, RangeWorkerCast>;

/** How long to wait before asking again for a dispatcher that is not there or does not answer. */
const REGISTER_AGAIN_MS = 50;
const REGISTER_TIMEOUT_MS = 1_000;

export function rangeWorker(
  index: number,
  { startThread, limits, meter }: RangeWorkerPorts,
): Behaviour<ServerMessage<never, RangeWorkerCast>> {
  async function register(state: State, ctx: Ctx): Promise<State> {
    const dispatcher = ctx.system.whereis(dispatcherName);
    if (dispatcher !== null) {
      const worker = ctx.self;
      const answer = await ctx.call(
        dispatcher,
        (from) => ({ type: 'register', index, worker, from }),
        REGISTER_TIMEOUT_MS,
      );
      if (answer.ok) return { ...state, dispatcher };
    }
    ctx.setTimer('register', REGISTER_AGAIN_MS);
    return state;
  }

  /** The clock of the task that the thread is at now. */
  function timed(state: State, ctx: Ctx): State {
    if (state.tasks > 0) ctx.setTimer('job', limits.jobMs);
    else ctx.cancelTimer('job');
    return state;
  }

  return genServer<State, never, RangeWorkerCast>({
    init(ctx) {
      const tell = (message: RangeWorkerCast) => ctx.system.cast(ctx.self, message);
      const thread = startThread({
        ready: (threadId) => tell({ type: 'thread-ready', threadId }),
        result: (result) => tell({ type: 'thread-result', result }),
        exit: (reason) => tell({ type: 'thread-exit', reason }),
      });
      ctx.own(() => thread.terminate());
      return { thread, dispatcher: null, tasks: 0 };
    },

    handleCast(message, state, ctx) {
      switch (message.type) {
        case 'thread-ready':
          ctx.note(`thread ${message.threadId}`);
          return register(state, ctx);
        case 'task':
          state.thread.run(message.task);
          // What waits behind another begins when that is done.
          return state.tasks > 0 ? { ...state, tasks: state.tasks + 1 } : timed({ ...state, tasks: 1 }, ctx);
        case 'thread-result':
          if (state.dispatcher !== null) {
            ctx.cast(state.dispatcher, { type: 'result', worker: ctx.self, result: message.result });
          }
          return timed({ ...state, tasks: state.tasks - 1 }, ctx);
        case 'thread-exit':
          if (message.reason instanceof OutOfMemory) meter.limited('workerHeapMb');
          return stop({ error: message.reason ?? new Error('the worker thread ended') }, state);
      }
    },

    handleInfo(info, state, ctx) {
      if (info.type !== 'timeout') return state;
      if (info.name === 'register') return register(state, ctx);
      meter.limited('jobMs');
      return stop({ error: new Error(`it took longer than ${limits.jobMs} ms`) }, state);
    },
  });
}
