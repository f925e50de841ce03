/**
 * That many children cost each what few cost. Work is compared within one run only, and generously: linear is a factor
 * of ten for ten times as many, quadratic one of a hundred. What can be counted is compared exactly.
 */
import { expect, test } from 'vitest';
import { genServer } from '../../src/runtime/gen-server.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import { dynamicSupervisor } from '../../src/supervision/supervisor.ts';
import { countChildren, startChild, terminateChild } from '../../src/supervision/supervisor-admin.ts';
import { settle, type World, world } from '../unit/runtime/world.ts';
import { deps, startSupervisor } from '../unit/supervision/nursery.ts';

/** Times ten each, with so many samples of it: small numbers are measured oftener. */
const sizes = [
  { children: 1_000, samples: 9 },
  { children: 10_000, samples: 3 },
  { children: 100_000, samples: 1 },
] as const;
const ratioMax = 30;
const timeoutMs = 120_000;

interface Sample {
  readonly startMs: number;
  readonly stopMs: number;
  /** How often the supervisor looked into a spec of these children. */
  readonly looks: number;
  /** How much was told of these children. */
  readonly events: number;
}

/** One after the other: starts all these children, then ends them, `end` being given what `begin` gave. */
type Round = (count: number) => Promise<Sample>;

async function sample<Handle>(
  w: World,
  count: number,
  looks: () => number,
  begin: (i: number) => Promise<Handle>,
  end: (handle: Handle) => Promise<void>,
): Promise<Sample> {
  const looksBefore = looks();
  w.events.length = 0;
  const beforeMs = workedMs();
  const handles: Handle[] = [];
  for (let i = 0; i < count; i += 1) handles.push(await begin(i));
  const betweenMs = workedMs();
  for (const handle of handles) await end(handle);
  const afterMs = workedMs();
  return {
    startMs: betweenMs - beforeMs,
    stopMs: afterMs - betweenMs,
    looks: looks() - looksBefore,
    events: w.events.length,
  };
}

/** What this thread has worked: unlike the time that passes it does not grow when others work too. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Specs that count how often anything but the start and the id is asked of them. */
function watchedSpecs(restart: 'temporary' | 'permanent') {
  let looks = 0;
  const idle = genServer({ init: () => null });
  const start = () => idle;
  const spec = (id: string): ChildSpec => ({
    id,
    start,
    get restart() {
      looks += 1;
      return restart;
    },
    get significant() {
      looks += 1;
      return false;
    },
    get shutdown() {
      looks += 1;
      return 1000;
    },
  });
  return { spec, looks: () => looks };
}

/** OTP's first case: temporary children of a simple_one_for_one, ended by their pids. */
async function simple(): Promise<Round> {
  const w = world();
  const { spec, looks } = watchedSpecs('temporary');
  const child = (i: number) => spec(`c${i}`);
  const sup = await w.start(dynamicSupervisor({ strategy: 'simple_one_for_one', child }, deps), {
    id: 'sup',
  });
  return async (count) => {
    const begin = async (i: number): Promise<Pid> => {
      const started = await startChild(w.system, sup, i);
      if (!started.ok) throw new Error(`child ${i} was not started`);
      if (i === count - 1) expect(await countChildren(w.system, sup)).toMatchObject({ active: count });
      return started.pid;
    };
    const end = async (pid: Pid) => {
      expect((await terminateChild(w.system, sup, pid)).ok).toBe(true);
    };
    const taken = await sample(w, count, looks, begin, end);
    expect(await countChildren(w.system, sup)).toMatchObject({ specs: 0, active: 0 });
    return taken;
  };
}

/** The same for pids of children that have ended by themselves, while as many others go on. */
async function endedAlready(): Promise<Round> {
  const w = world();
  const { spec, looks } = watchedSpecs('temporary');
  const child = (id: string) => spec(id);
  return async (count) => {
    const definition = { strategy: 'simple_one_for_one', child } as const;
    const sup = await w.start(dynamicSupervisor(definition, deps), { id: 'sup' });
    const start = async (id: string): Promise<Pid> => {
      const started = await startChild(w.system, sup, id);
      if (!started.ok) throw new Error(`child ${id} was not started`);
      return started.pid;
    };
    const mortals: Pid[] = [];
    const begin = async (i: number): Promise<Pid> => {
      await start(`stays ${i}`);
      const mortal = await start(`ends ${i}`);
      mortals.push(mortal);
      if (i < count - 1) return mortal;
      for (const pid of mortals) w.system.exit(pid, 'kill');
      while (w.system.inspect(sup)?.mailbox !== 0) await settle(1);
      return mortal;
    };
    const end = async (pid: Pid) => {
      expect(await terminateChild(w.system, sup, pid)).toEqual({ ok: true });
    };
    const taken = await sample(w, count, looks, begin, end);
    expect(await countChildren(w.system, sup)).toMatchObject({ specs: count, active: count });
    await w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
    return taken;
  };
}

/** OTP's second case: permanent children of a one_for_one, ended by their ids; their specs stay. */
async function permanent(): Promise<Round> {
  const w = world();
  const { spec, looks } = watchedSpecs('permanent');
  return async (count) => {
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [] });
    const begin = async (i: number): Promise<string> => {
      const id = `c${i}`;
      const started = await startChild(w.system, sup, spec(id));
      if (!started.ok) throw new Error(`child ${i} was not started`);
      if (i === count - 1) expect(await countChildren(w.system, sup)).toMatchObject({ active: count });
      return id;
    };
    const end = async (id: string) => {
      expect((await terminateChild(w.system, sup, id)).ok).toBe(true);
    };
    const taken = await sample(w, count, looks, begin, end);
    expect(await countChildren(w.system, sup)).toMatchObject({ specs: count, active: 0 });
    await w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
    expect([...w.system.processes()]).toEqual([]);
    return taken;
  };
}

for (const { name, open, most } of [
  { name: 'simple_one_for_one_scale_many_temporary_children', open: simple, most: 100_000 },
  {
    name: 'simple_one_for_one_scale_many_temporary_children (ended already)',
    open: endedAlready,
    most: 10_000,
  },
  { name: 'scale_start_stop_many_children', open: permanent, most: 100_000 },
]) {
  test(`56 ${name}: ten times as many cost about ten times as much, from 1000 to ${most}`, {
    timeout: timeoutMs,
  }, async () => {
    const round = await open();
    // Not the first calls of everything: that would flatter the larger ones.
    await round(sizes[0].children);
    let smaller: Cost | null = null;
    for (const { children, samples } of sizes.filter((size) => size.children <= most)) {
      const taken: Sample[] = [];
      for (let i = 0; i < samples; i += 1) taken.push(await round(children));
      const cost = costOf(taken);
      if (smaller !== null) {
        const ratios = { start: cost.startMs / smaller.startMs, stop: cost.stopMs / smaller.stopMs };
        expect({ children, ratios }).toSatisfy(() => Math.max(ratios.start, ratios.stop) <= ratioMax);
        expect(cost.counts).toEqual(smaller.counts.map((count) => 10 * count));
      }
      smaller = cost;
    }
  });
}

interface Cost {
  readonly startMs: number;
  readonly stopMs: number;
  /** The same in all samples. */
  readonly counts: readonly number[];
}

function costOf(samples: readonly Sample[]): Cost {
  const [counts, ...others] = samples.map(({ looks, events }) => [looks, events]);
  if (counts === undefined) throw new Error('no samples');
  for (const other of others) expect(other).toEqual(counts);
  return {
    startMs: median(samples.map(({ startMs }) => startMs)),
    stopMs: median(samples.map(({ stopMs }) => stopMs)),
    counts,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
