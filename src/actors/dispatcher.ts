/**
 * Shares the worker threads between the runs that have demand. A shell around `dispatch`: it turns messages into
 * events, watches workers and runs for their end, and carries the orders out. When it dies, the workers and runs that
 * stand after it in the tree start anew with it, so it has nothing to remember.
 */
import { oneLine } from '../lib/brief.ts';
import type { Limits } from '../protocols/limits.ts';
import type {
  DispatcherCall,
  DispatcherCast,
  GiverPid,
  OutstandingRange,
  RangeWorkerPid,
} from '../protocols/mailbox/dispatcher.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { Context } from '../runtime/context.ts';
import { type ExitReason, isAbnormal } from '../runtime/exit-reason.ts';
import { genServer, type Info, type ServerMessage } from '../runtime/gen-server.ts';
import type { Dispatch, DispatchEvent, DispatchOrder } from './dispatch/dispatch-state.ts';
import { dispatch, emptyDispatch } from './dispatch.ts';

type State = Dispatch<GiverPid, RangeWorkerPid>;
type Ctx = Context<DispatcherCall, DispatcherCast>;

export function dispatcher(
  limits: Limits,
  meter: Meter,
): Behaviour<ServerMessage<DispatcherCall, DispatcherCast>> {
  /** For the figures alone. */
  let newest: State = emptyDispatch();

  function apply(state: State, event: DispatchEvent<GiverPid, RangeWorkerPid>, ctx: Ctx): State {
    const { state: next, orders } = dispatch(state, event, limits);
    newest = next;
    for (const order of orders) {
      if (order.type === 'blocked') meter.limited('rangeAttemptsMax');
      carryOut(order, ctx);
    }
    return next;
  }

  return genServer<State, DispatcherCall, DispatcherCast>({
    init(ctx) {
      ctx.own(meter.read('zeno_workers', () => newest.workers.length));
      ctx.own(meter.read('zeno_ranges', () => rangesOf(newest)));
      return newest;
    },

    handleCall(request, state, ctx) {
      switch (request.type) {
        case 'register':
          ctx.monitor(request.worker);
          ctx.reply(request.from, null);
          return apply(state, { type: 'worker-ready', worker: request.worker, index: request.index }, ctx);
        case 'outstanding':
          ctx.reply(request.from, outstanding(state, request.giver));
          return state;
      }
    },

    handleCast(message, state, ctx) {
      switch (message.type) {
        case 'want':
          if (!state.turns.some(({ run }) => run === message.giver)) ctx.monitor(message.giver);
          return apply(state, { type: 'want', run: message.giver }, ctx);
        case 'rest':
        case 'pass':
          return apply(state, { type: message.type, run: message.giver }, ctx);
        case 'work': {
          const { generation, work } = message;
          return apply(state, { type: 'work', run: message.giver, generation, work }, ctx);
        }
        case 'result': {
          const { id, outcome, elapsedMs } = message.result;
          return apply(state, { type: 'result', worker: message.worker, id, outcome, elapsedMs }, ctx);
        }
      }
    },

    handleInfo(info, state, ctx) {
      return info.type === 'down' ? gone(state, info, ctx) : state;
    },
  });

  function gone(state: State, info: Extract<Info, { type: 'down' }>, ctx: Ctx): State {
    const bench = state.workers.find(({ worker }) => worker.id === info.pid.id);
    if (bench !== undefined) {
      return apply(
        state,
        {
          type: 'worker-gone',
          worker: bench.worker,
          fault: faultIn(info.reason),
        },
        ctx,
      );
    }
    const turn = state.turns.find(({ run }) => run.id === info.pid.id);
    return turn === undefined ? state : apply(state, { type: 'run-gone', run: turn.run }, ctx);
  }
}

/** Why a worker ended by itself; null where somebody ended it. */
function faultIn(reason: ExitReason): string | null {
  if (!isAbnormal(reason) || reason === 'killed') return null;
  return typeof reason === 'object' && 'error' in reason ? oneLine(reason.error.message) : String(reason);
}

function carryOut(order: DispatchOrder<GiverPid, RangeWorkerPid>, ctx: Ctx): void {
  switch (order.type) {
    case 'pull':
      ctx.cast(order.run, { type: 'pull', budgetMs: order.budgetMs });
      return;
    case 'task':
      ctx.cast(order.worker, { type: 'task', task: order.task });
      return;
    case 'done': {
      const { generation, work, outcome, elapsedMs } = order;
      ctx.cast(order.run, { type: 'done', generation, work, outcome, elapsedMs });
      return;
    }
    case 'blocked':
      ctx.cast(order.run, {
        type: 'blocked',
        generation: order.generation,
        work: order.work,
        fault: order.fault,
      });
  }
}

function rangesOf({ assigned, waiting }: State): ReadonlyMap<string, number> {
  return new Map([
    ['assigned', assigned.length],
    ['waiting', waiting.length],
  ]);
}

function outstanding(state: State, giver: GiverPid): readonly OutstandingRange[] {
  return state.assigned
    .filter(({ run, work }) => run === giver && work.kind === 'range')
    .map(({ work: { from, to }, worker }) => ({
      from,
      to,
      worker: state.workers.find((bench) => bench.worker === worker)?.index ?? -1,
    }));
}
