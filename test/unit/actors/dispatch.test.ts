import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dispatch, DispatchEvent, DispatchOrder } from '../../../src/actors/dispatch/dispatch-state.ts';
import { dispatch, emptyDispatch } from '../../../src/actors/dispatch.ts';
import type { SeriesId } from '../../../src/protocols/identity.ts';
import type { FoldWork, Outcome, RangeWork, Work } from '../../../src/protocols/ports/compute-thread.ts';

type Event = DispatchEvent<string, string>;
type Order = DispatchOrder<string, string>;
type Task = Extract<Order, { type: 'task' }>;

const limits = { creditPerWorker: 2, rangeAttemptsMax: 3, rangeMinMs: 2, rangeMaxMs: 50 };
const series = 'sum' as SeriesId;

function rangeOf(from: number, to = from + 4, heavy = false): RangeWork {
  return { kind: 'range', series, from, to, before: null, heavy, describe: false };
}

function foldOf(from: number, to = from + 4): FoldWork {
  return { kind: 'fold', series, from, to, state: 'a', parts: ['b', 'c'] };
}

/** A dispatcher with what it has ordered since the last look. */
class Desk {
  state: Dispatch<string, string> = emptyDispatch();
  readonly limits: typeof limits;

  constructor(changes: Partial<typeof limits> = {}) {
    this.limits = { ...limits, ...changes };
  }

  tell(event: Event): readonly Order[] {
    const { state, orders } = dispatch(this.state, event, this.limits);
    this.state = state;
    return orders;
  }

  want = (run: string) => this.tell({ type: 'want', run });
  worker = (worker: string) => this.tell({ type: 'worker-ready', worker, index: 0 });
  give = (run: string, work: Work, generation = 1) => this.tell({ type: 'work', run, generation, work });
  range = (run: string, from: number) => this.give(run, rangeOf(from));
  result = (worker: string, id: number, outcome: Outcome = { kind: 'range', partial: 'x' }) =>
    this.tell({ type: 'result', worker, id, outcome, elapsedMs: 1 });
  gone = (worker: string, fault: string | null) => this.tell({ type: 'worker-gone', worker, fault });
}

function pulls(orders: readonly Order[]): string[] {
  return orders.flatMap((order) => (order.type === 'pull' ? [order.run] : []));
}

function tasks(orders: readonly Order[]): Task[] {
  return orders.filter((order) => order.type === 'task');
}

const ofType = (type: Order['type']) => (orders: readonly Order[]) =>
  orders.filter((order) => order.type === type);

describe('turns', () => {
  test('go round the runs that want, so that none is pulled twice before each was pulled once', () => {
    const desk = new Desk({ creditPerWorker: 1 });
    for (const run of ['c', 'b', 'a']) desk.want(run);
    const order = [...pulls(desk.worker('w'))];
    for (let from = 0; from < 9; from += 1) {
      const [task] = tasks(desk.range(order.at(-1) ?? '', from * 4));
      order.push(...pulls(desk.result('w', task?.task.id ?? -1)));
    }
    expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });

  test('begin with a run that is new, and leave one that wants again in its place', () => {
    const desk = new Desk({ creditPerWorker: 1 });
    desk.want('old');
    desk.want('older');
    desk.want('old');
    desk.want('new');
    expect(pulls(desk.worker('w'))).toEqual(['new']);
  });

  test('pass over a run that rests or passed, until it wants again', () => {
    const desk = new Desk({ creditPerWorker: 1 });
    desk.want('a');
    desk.want('b');
    expect(pulls(desk.worker('w'))).toEqual(['b']);
    expect(pulls(desk.tell({ type: 'pass', run: 'b' }))).toEqual(['a']);
    desk.tell({ type: 'rest', run: 'a' });
    expect(pulls(desk.tell({ type: 'pass', run: 'a' }))).toEqual([]);
    expect(pulls(desk.want('b'))).toEqual(['b']);
  });

  test('get the shorter the more runs share the workers, within the limits', () => {
    const budget = (runs: number) => {
      const desk = new Desk({ creditPerWorker: 1 });
      for (let run = 0; run < runs; run += 1) desk.want(`r${run}`);
      return desk.worker('w').map((order) => (order.type === 'pull' ? order.budgetMs : null));
    };
    expect([budget(1), budget(5), budget(100)]).toEqual([[50], [10], [2]]);
  });
});

describe('credit', () => {
  test('is all pulled for at once, and not more of it than workers have', () => {
    const desk = new Desk();
    desk.want('a');
    expect(pulls(desk.worker('w'))).toEqual(['a', 'a']);
    expect(pulls(desk.worker('v'))).toEqual(['a', 'a']);
    expect(desk.want('b')).toEqual([]);
  });

  test('of a worker that says twice that it is ready counts once', () => {
    const desk = new Desk();
    desk.want('a');
    expect(pulls(desk.worker('w'))).toHaveLength(2);
    expect(desk.worker('w')).toEqual([]);
  });

  test('goes to the worker with the least to do', () => {
    const desk = new Desk();
    desk.want('a');
    desk.worker('w');
    desk.worker('v');
    expect([0, 4, 8, 12].flatMap((from) => tasks(desk.range('a', from))).map(({ worker }) => worker)).toEqual(
      ['w', 'v', 'w', 'v'],
    );
  });

  test('held by pulls of a run that ended is free again', () => {
    const desk = new Desk();
    desk.want('b');
    desk.want('a');
    desk.worker('w');
    expect(pulls(desk.tell({ type: 'run-gone', run: 'a' }))).toEqual(['b']);
  });
});

describe('heavy work', () => {
  const heavy = (from: number) => rangeOf(from, from + 4, true);
  const given = (orders: readonly Order[]) =>
    tasks(orders).map(({ worker, task }) => [worker, task.work.from] as const);

  test.each([
    ['a range of a heavy series', heavy(0)],
    ['a fold', foldOf(0)],
  ])(
    'as %s has its worker for itself: what was pulled for that credit goes to who is free first',
    (_, work) => {
      const desk = new Desk();
      desk.want('a');
      desk.worker('w');
      desk.worker('v');
      expect(given(desk.give('a', work))).toEqual([['w', 0]]);
      expect(given(desk.range('a', 4))).toEqual([['v', 4]]);
      expect(given(desk.range('a', 8))).toEqual([['v', 8]]);
      expect(given(desk.range('a', 12))).toEqual([]);
      // The light range behind goes past the heavy one, which may take long.
      expect(given(desk.result('v', 2))).toEqual([['v', 12]]);
      expect(given(desk.range('a', 16))).toEqual([]);
      expect(given(desk.result('w', 1))).toEqual([['w', 16]]);
    },
  );

  test('goes to a worker that has nothing to do rather than behind light work', () => {
    const desk = new Desk();
    desk.want('a');
    desk.worker('w');
    desk.worker('v');
    desk.range('a', 0);
    expect(given(desk.give('a', heavy(4)))).toEqual([['v', 4]]);
    expect(given(desk.give('a', heavy(8)))).toEqual([['w', 8]]);
    // Each has one, behind light work or alone.
    expect(given(desk.range('a', 12))).toEqual([]);
  });

  test('takes its turn: a light run beside it is pulled as often, and held up by nothing but its own ranges', () => {
    const desk = new Desk();
    desk.want('light');
    desk.want('heavy');
    desk.worker('w');
    const order = [...pulls(desk.worker('v'))];
    const seen: string[] = [];
    for (let from = 0; from < 160; from += 4) {
      const run = order.shift() ?? '';
      seen.push(run);
      order.push(...pulls(desk.give(run, run === 'heavy' ? heavy(from) : rangeOf(from))));
      for (const { id, worker } of desk.state.assigned.slice(0, 1))
        order.push(...pulls(desk.result(worker, id)));
    }
    expect(seen.filter((run) => run === 'light')).toHaveLength(20);
  });
});

describe('a fold', () => {
  const outcome: Outcome = {
    kind: 'fold',
    state: 'abc',
    figures: { value: 3, decimal: '3', lower: '3', upper: '4', digits: 0, width: 1 },
  };

  test('is handed out as it was given, in its turn among ranges, and what it came to is given back whole', () => {
    const desk = new Desk({ creditPerWorker: 3 });
    desk.want('a');
    desk.worker('w');
    const given = [rangeOf(0), foldOf(4), rangeOf(8)].flatMap((work) => tasks(desk.give('a', work, 7)));
    expect(given.map(({ task }) => task.work)).toEqual([rangeOf(0), foldOf(4)]);
    const orders = desk.result('w', given[1]?.task.id ?? -1, outcome);
    expect(ofType('done')(orders)).toEqual([
      { type: 'done', run: 'a', generation: 7, work: foldOf(4), outcome, elapsedMs: 1 },
    ]);
    expect(tasks(orders).map(({ task }) => task.work)).toEqual([rangeOf(8)]);
  });

  test('that keeps ending its worker is blocked as a range is, and given back so that it is known again', () => {
    const desk = new Desk({ creditPerWorker: 1, rangeAttemptsMax: 2 });
    desk.want('a');
    desk.worker('w');
    desk.give('a', foldOf(4), 7);
    expect(ofType('blocked')(desk.gone('w', 'it broke'))).toEqual([]);
    expect(tasks(desk.worker('v')).map(({ task }) => task.work)).toEqual([foldOf(4)]);
    expect(desk.gone('v', 'it broke again')).toEqual([
      { type: 'blocked', run: 'a', generation: 7, work: foldOf(4), fault: 'it broke again' },
    ]);
  });
});

describe('a worker that ends', () => {
  /** One worker with ranges [0, 4) and [4, 8) of run a. */
  function busy(changes: Partial<typeof limits> = {}) {
    const desk = new Desk(changes);
    desk.want('a');
    desk.worker('w');
    const given = [...tasks(desk.range('a', 0)), ...tasks(desk.range('a', 4))];
    return { desk, given };
  }

  test('leaves its ranges to be redone before anything new, in their order', () => {
    const { desk } = busy();
    expect(desk.gone('w', null)).toEqual([]);
    const again = desk.worker('v');
    expect(tasks(again).map(({ task }) => task.work.from)).toEqual([0, 4]);
    expect(pulls(again)).toEqual([]);
  });

  test('by its own fault as often as is allowed has the range it was at blocked', () => {
    const { desk } = busy({ creditPerWorker: 1 });
    expect(ofType('blocked')(desk.gone('w', 'it broke'))).toEqual([]);
    desk.worker('w2');
    expect(ofType('blocked')(desk.gone('w2', 'it broke'))).toEqual([]);
    desk.worker('w3');
    expect(desk.gone('w3', 'it broke again')).toContainEqual({
      type: 'blocked',
      run: 'a',
      generation: 1,
      work: rangeOf(0),
      fault: 'it broke again',
    });
  });

  test('by its own fault casts no suspicion on the range that waited behind, for threads do one after the other', () => {
    const { desk } = busy({ rangeAttemptsMax: 1 });
    expect(desk.gone('w', 'it broke')).toEqual([
      { type: 'blocked', run: 'a', generation: 1, work: rangeOf(0), fault: 'it broke' },
    ]);
    expect(tasks(desk.worker('v')).map(({ task }) => task.work.from)).toEqual([4]);
  });

  test('by a kill, however often, blocks nothing', () => {
    const { desk } = busy({ creditPerWorker: 1 });
    for (let times = 0; times < 20; times += 1) {
      expect(ofType('blocked')(desk.gone(times === 0 ? 'w' : `w${times}`, null))).toEqual([]);
      desk.worker(`w${times + 1}`);
    }
  });

  test('takes its late results with it: a range counts once, by the worker that has it now', () => {
    const { desk, given } = busy();
    desk.gone('w', null);
    const again = tasks(desk.worker('v'));
    expect(ofType('done')(desk.result('w', given[0]?.task.id ?? -1))).toEqual([]);
    const id = again[0]?.task.id ?? -1;
    const outcome: Outcome = { kind: 'range', partial: 'sum' };
    expect(ofType('done')(desk.result('v', id, outcome))).toEqual([
      { type: 'done', run: 'a', generation: 1, work: rangeOf(0), outcome, elapsedMs: 1 },
    ]);
    expect(ofType('done')(desk.result('v', id, outcome))).toEqual([]);
  });

  test('with ranges of a run that is gone too leaves nothing to do', () => {
    const { desk } = busy();
    desk.tell({ type: 'run-gone', run: 'a' });
    desk.gone('w', 'it broke');
    expect(desk.worker('v')).toEqual([]);
  });
});

function isHeavy({ task: { work } }: Task): boolean {
  return work.kind === 'fold' || work.heavy;
}

/** What the world may do next; `pick` chooses among those it may happen to. */
const step = fc.record({
  what: fc.constantFrom(
    'want',
    'rest',
    'range',
    'pass',
    'result',
    'late',
    'worker',
    'killed',
    'crashed',
    'run-gone',
  ),
  pick: fc.nat(1_000),
});

/** Plays runs and workers to a dispatcher, and keeps its own books of every range and fold. */
class Play {
  readonly desk = new Desk();
  readonly wanting = new Set<string>();
  readonly unanswered: string[] = [];
  readonly workers = new Map<string, Task[]>();
  readonly late: { worker: string; id: number }[] = [];
  /** Key of all work given by a living run → where it is. */
  readonly ranges = new Map<string, 'open' | 'done' | 'blocked'>();
  readonly next = new Map<string, number>();
  /** How often each run has ended: what begins again is another run, as it is with pids. */
  readonly #ends = new Map<string, number>();
  #names = 0;

  act(what: string, pick: number): void {
    const letter = ['a', 'b', 'c'][pick % 3] ?? 'a';
    const run = `${letter}${this.#ends.get(letter) ?? 0}`;
    const workers = [...this.workers.keys()];
    const worker = workers[pick % Math.max(1, workers.length)];
    const tasks = worker === undefined ? [] : (this.workers.get(worker) ?? []);
    if (what === 'want') this.want(run);
    else if (what === 'rest') this.rest(run);
    else if (what === 'range') this.answer(pick, true);
    else if (what === 'pass') this.answer(pick, false);
    else if (what === 'worker') this.ready();
    else if (what === 'run-gone') {
      this.#ends.set(letter, (this.#ends.get(letter) ?? 0) + 1);
      this.end(run);
    } else if (what === 'late' && this.late[pick % this.late.length] !== undefined) {
      const { worker: gone = '', id = 0 } = this.late[pick % this.late.length] ?? {};
      this.take(this.desk.result(gone, id), null);
    } else if (worker !== undefined && what === 'result') this.finish(worker, tasks);
    else if (worker !== undefined && (what === 'killed' || what === 'crashed')) {
      this.workers.delete(worker);
      for (const { task } of tasks) this.late.push({ worker, id: task.id });
      this.take(this.desk.gone(worker, what === 'crashed' ? 'it broke' : null), null);
    }
    this.check();
  }

  want(run: string): void {
    this.wanting.add(run);
    this.take(this.desk.want(run), null);
  }

  rest(run: string): void {
    this.wanting.delete(run);
    this.take(this.desk.tell({ type: 'rest', run }), null);
  }

  answer(pick: number, give: boolean): void {
    if (this.unanswered.length === 0) return;
    const [run = ''] = this.unanswered.splice(pick % this.unanswered.length, 1);
    if (!give) {
      this.wanting.delete(run);
      this.take(this.desk.tell({ type: 'pass', run }), null);
      return;
    }
    const from = this.next.get(run) ?? 0;
    this.next.set(run, from + 4);
    this.ranges.set(`${run} ${from}`, 'open');
    const work = pick % 3 === 0 ? foldOf(from) : rangeOf(from, from + 4, pick % 5 === 0);
    this.take(this.desk.give(run, work), null);
  }

  ready(): void {
    if (this.workers.size >= 4) return;
    this.#names += 1;
    const worker = `w${this.#names}`;
    this.workers.set(worker, []);
    this.take(this.desk.worker(worker), null);
  }

  finish(worker: string, tasks: Task[]): void {
    const task = tasks.shift();
    if (task !== undefined) this.take(this.desk.result(worker, task.task.id), task);
  }

  end(run: string): void {
    this.wanting.delete(run);
    for (const key of [...this.ranges.keys()]) if (key.startsWith(`${run} `)) this.ranges.delete(key);
    for (let at = this.unanswered.indexOf(run); at >= 0; at = this.unanswered.indexOf(run)) {
      this.unanswered.splice(at, 1);
    }
    this.take(this.desk.tell({ type: 'run-gone', run }), null);
  }

  /** Notes the orders; `finished` is the task whose result caused them. */
  take(orders: readonly Order[], finished: Task | null): void {
    for (const order of orders) {
      if (order.type === 'pull') {
        expect(this.wanting.has(order.run), 'only who wants is pulled').toBe(true);
        this.unanswered.push(order.run);
        expect(this.load, 'credit is never exceeded by a pull').toBeLessThanOrEqual(this.capacity);
      } else if (order.type === 'task') {
        const before = this.workers.get(order.worker) ?? [];
        expect(before.some(isHeavy), 'nothing is put behind heavy work').toBe(false);
        before.push(order);
      } else {
        if (order.type === 'done') expect(order.work).toBe(finished?.task.work);
        const key = `${order.run} ${order.work.from}`;
        expect(this.ranges.get(key), `${key} ends once`).toBe('open');
        this.ranges.set(key, order.type === 'done' ? 'done' : 'blocked');
      }
    }
  }

  get capacity(): number {
    return this.workers.size * limits.creditPerWorker;
  }

  get load(): number {
    const assigned = [...this.workers.values()].reduce((sum, { length }) => sum + length, 0);
    return assigned + this.unanswered.length + this.desk.state.waiting.length;
  }

  check(): void {
    for (const tasks of this.workers.values()) {
      expect(tasks.length, 'no worker has more than its credit').toBeLessThanOrEqual(limits.creditPerWorker);
    }
    const open = [...this.workers.values()].some(
      (tasks) => tasks.length < limits.creditPerWorker && !tasks.some(isHeavy),
    );
    if (open) expect(this.desk.state.waiting, 'no work waits that somebody could take').toEqual([]);
    const held = [
      ...this.desk.state.assigned.map(({ run, work }) => `${run} ${work.from}`),
      ...this.desk.state.waiting.map(({ run, work }) => `${run} ${work.from}`),
    ].filter((key) => this.ranges.has(key));
    expect(new Set(held).size, 'no work is in two places').toBe(held.length);
    const begun = [...this.ranges].filter(([, where]) => where === 'open').map(([key]) => key);
    expect(new Set(held), 'no work is lost').toEqual(new Set(begun));
    if (this.wanting.size > 0) expect(this.load, 'no credit lies idle').toBeGreaterThanOrEqual(this.capacity);
  }

  /** Lets everything that was begun come to its end. */
  drain(): void {
    for (const run of this.wanting) this.rest(run);
    while (this.unanswered.length > 0) this.answer(0, false);
    this.ready();
    for (let more = true; more; ) {
      more = false;
      for (const [worker, tasks] of this.workers) {
        if (tasks.length > 0) more = true;
        this.finish(worker, tasks);
      }
    }
  }
}

test('whatever happens in whatever order, no range and no fold is lost, doubled or done twice, and credit is kept', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 200 }), (steps) => {
      const play = new Play();
      for (const { what, pick } of steps) play.act(what, pick);
      play.drain();
      expect([...play.ranges.values()].filter((where) => where === 'open')).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
