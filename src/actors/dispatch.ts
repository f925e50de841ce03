/**
 * The dispatcher's brain: who computes what next, as a pure function from state and event to state and orders.
 *
 * Work is pulled, never queued ahead: an order `pull` goes out only for credit that a worker really has. Runs with
 * demand take turns; a run that is new comes first, so that its first estimate does not wait behind long ranges. A
 * job whose worker died is redone before anything new, unless it has ended its workers too often. Behind heavy work no
 * other is put, for it may take long: what was pulled for that credit waits here, for whichever worker is free first.
 */
import type { Work } from '../protocols/ports/compute-thread.ts';
import type {
  Dispatch,
  DispatchEvent,
  Dispatched,
  DispatchLimits,
  DispatchOrder,
  Turn,
} from './dispatch/dispatch-state.ts';

export function emptyDispatch<Run, Worker>(): Dispatch<Run, Worker> {
  return { turns: [], workers: [], assigned: [], waiting: [], nextId: 1 };
}

export function dispatch<Run, Worker>(
  state: Dispatch<Run, Worker>,
  event: DispatchEvent<Run, Worker>,
  limits: DispatchLimits,
): Dispatched<Run, Worker> {
  const noted = note(state, event, limits);
  const assigned = assignAll(noted.state, limits);
  return { state: assigned.state, orders: [...noted.orders, ...assigned.orders] };
}

/** What the event changes by itself. */
function note<Run, Worker>(
  state: Dispatch<Run, Worker>,
  event: DispatchEvent<Run, Worker>,
  limits: DispatchLimits,
): Dispatched<Run, Worker> {
  switch (event.type) {
    case 'want':
      return quiet({ ...state, turns: wanted(state.turns, event.run) });
    case 'rest':
      return quiet({
        ...state,
        turns: changed(state.turns, event.run, (turn) => ({ ...turn, wanting: false })),
      });
    case 'pass':
      return quiet({ ...state, turns: answered(state.turns, event.run, false) });
    case 'work':
      return quiet(given(state, event));
    case 'run-gone':
      return quiet({
        ...state,
        turns: state.turns.filter(({ run }) => run !== event.run),
        waiting: state.waiting.filter(({ run }) => run !== event.run),
      });
    case 'worker-ready':
      return quiet(workerReady(state, event));
    case 'worker-gone':
      return workerGone(state, event, limits);
    case 'result':
      return resulted(state, event);
  }
}

function quiet<Run, Worker>(state: Dispatch<Run, Worker>): Dispatched<Run, Worker> {
  return { state, orders: [] };
}

/** A new run goes to the front; one that has a turn keeps its place. */
function wanted<Run>(turns: readonly Turn<Run>[], run: Run): readonly Turn<Run>[] {
  const known = turns.some((turn) => turn.run === run);
  if (!known) return [{ run, wanting: true, pulls: 0 }, ...turns];
  return changed(turns, run, (turn) => ({ ...turn, wanting: true }));
}

function answered<Run>(turns: readonly Turn<Run>[], run: Run, wanting: boolean): readonly Turn<Run>[] {
  return changed(turns, run, (turn) => ({
    ...turn,
    wanting: turn.wanting && wanting,
    pulls: Math.max(0, turn.pulls - 1),
  }));
}

function changed<Run>(
  turns: readonly Turn<Run>[],
  run: Run,
  change: (turn: Turn<Run>) => Turn<Run>,
): readonly Turn<Run>[] {
  return turns.map((turn) => (turn.run === run ? change(turn) : turn));
}

function given<Run, Worker>(
  state: Dispatch<Run, Worker>,
  event: Extract<DispatchEvent<Run, Worker>, { type: 'work' }>,
): Dispatch<Run, Worker> {
  const { run, generation, work } = event;
  return {
    ...state,
    turns: answered(state.turns, run, true),
    waiting: [...state.waiting, { run, generation, work, failures: [] }],
  };
}

/** One that says so again, because it did not hear our answer in time, has no more credit for that. */
function workerReady<Run, Worker>(
  state: Dispatch<Run, Worker>,
  { worker, index }: Extract<DispatchEvent<Run, Worker>, { type: 'worker-ready' }>,
): Dispatch<Run, Worker> {
  const known = state.workers.some((bench) => bench.worker === worker);
  return known ? state : { ...state, workers: [...state.workers, { worker, index }] };
}

/** A thread does its tasks in order: what it failed at is the first of them, those behind it are innocent. */
function workerGone<Run, Worker>(
  state: Dispatch<Run, Worker>,
  event: Extract<DispatchEvent<Run, Worker>, { type: 'worker-gone' }>,
  limits: DispatchLimits,
): Dispatched<Run, Worker> {
  const lost = state.assigned
    .filter(({ worker }) => worker === event.worker)
    .map(({ run, generation, work, failures }, place) => ({
      run,
      generation,
      work,
      failures: event.fault !== null && place === 0 ? [...failures, event.fault] : failures,
    }));
  const alive = lost.filter(({ run }) => state.turns.some((turn) => turn.run === run));
  const redo = alive.filter(({ failures }) => failures.length < limits.rangeAttemptsMax);
  const blocked = alive.filter(({ failures }) => failures.length >= limits.rangeAttemptsMax);
  return {
    state: {
      ...state,
      workers: state.workers.filter(({ worker }) => worker !== event.worker),
      assigned: state.assigned.filter(({ worker }) => worker !== event.worker),
      waiting: [...redo, ...state.waiting],
    },
    orders: blocked.map(({ run, generation, work, failures }) => ({
      type: 'blocked',
      run,
      generation,
      work,
      fault: failures.at(-1) ?? '',
    })),
  };
}

/** A result of a task that is not assigned (any more) is dropped: its work has been given to another worker. */
function resulted<Run, Worker>(
  state: Dispatch<Run, Worker>,
  event: Extract<DispatchEvent<Run, Worker>, { type: 'result' }>,
): Dispatched<Run, Worker> {
  const job = state.assigned.find(({ id, worker }) => id === event.id && worker === event.worker);
  if (job === undefined) return quiet(state);
  const { run, generation, work } = job;
  const { outcome, elapsedMs } = event;
  const wanted = state.turns.some((turn) => turn.run === run);
  return {
    state: { ...state, assigned: state.assigned.filter((other) => other !== job) },
    orders: wanted ? [{ type: 'done', run, generation, work, outcome, elapsedMs }] : [],
  };
}

/** Gives out credit while there is any: first to what waits, then by turns. */
function assignAll<Run, Worker>(
  start: Dispatch<Run, Worker>,
  limits: DispatchLimits,
): Dispatched<Run, Worker> {
  const orders: DispatchOrder<Run, Worker>[] = [];
  let state = start;
  for (;;) {
    const step = assignWaiting(state, limits) ?? pullNext(state, limits);
    if (step === null) return { state, orders };
    state = step.state;
    orders.push(step.order);
  }
}

interface Step<Run, Worker> {
  readonly state: Dispatch<Run, Worker>;
  readonly order: DispatchOrder<Run, Worker>;
}

function assignWaiting<Run, Worker>(
  state: Dispatch<Run, Worker>,
  limits: DispatchLimits,
): Step<Run, Worker> | null {
  const [job, ...waiting] = state.waiting;
  const worker = leastLoaded(state, limits);
  if (job === undefined || worker === null) return null;
  const id = state.nextId;
  return {
    state: { ...state, waiting, nextId: id + 1, assigned: [...state.assigned, { ...job, id, worker }] },
    order: { type: 'task', worker, task: { id, work: job.work } },
  };
}

/** The worker with the least to do among those that have credit and no heavy work; null where there is none. */
function leastLoaded<Run, Worker>(state: Dispatch<Run, Worker>, limits: DispatchLimits): Worker | null {
  let best: Worker | null = null;
  let bestLoad = limits.creditPerWorker;
  for (const { worker } of state.workers) {
    const jobs = state.assigned.filter((job) => job.worker === worker);
    if (jobs.length < bestLoad && !jobs.some(({ work }) => isHeavy(work))) {
      best = worker;
      bestLoad = jobs.length;
    }
  }
  return best;
}

function isHeavy(work: Work): boolean {
  return work.kind === 'fold' || work.heavy;
}

/** Pulls from the run whose turn it is and sends it to the end of the row. */
function pullNext<Run, Worker>(
  state: Dispatch<Run, Worker>,
  limits: DispatchLimits,
): Step<Run, Worker> | null {
  if (freeCredit(state, limits) <= 0) return null;
  const index = state.turns.findIndex(({ wanting }) => wanting);
  const turn = state.turns[index];
  if (turn === undefined) return null;
  const others = state.turns.toSpliced(index, 1);
  return {
    state: { ...state, turns: [...others, { ...turn, pulls: turn.pulls + 1 }] },
    order: { type: 'pull', run: turn.run, budgetMs: budgetMs(state, limits) },
  };
}

/** Credit that neither a task nor an open pull has taken. */
export function freeCredit<Run, Worker>(state: Dispatch<Run, Worker>, limits: DispatchLimits): number {
  const pulls = state.turns.reduce((sum, turn) => sum + turn.pulls, 0);
  return state.workers.length * limits.creditPerWorker - state.assigned.length - state.waiting.length - pulls;
}

/** Work in one range: the more runs share the workers, the shorter, so that each gets its turn soon. */
function budgetMs<Run, Worker>(state: Dispatch<Run, Worker>, limits: DispatchLimits): number {
  const active = state.turns.filter(({ wanting }) => wanting).length;
  return Math.max(limits.rangeMinMs, limits.rangeMaxMs / Math.max(1, active));
}
