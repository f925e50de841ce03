/**
 * Very many children of one dynamic supervisor fall in one loop: how long until all have a next incarnation, and how
 * late the event loop is meanwhile, the loop of the falls included. With a low intensity the supervisor gives up.
 */
import { genServer, type ServerPid } from '../../src/runtime/gen-server.ts';
import type { System } from '../../src/runtime/system.ts';
import { type DynamicPid, dynamicSupervisor } from '../../src/supervision/supervisor.ts';
import { countChildren, startChild } from '../../src/supervision/supervisor-admin.ts';
import { watchDelay } from './event-loop-delay.ts';
import { type Figures, percentile, rounds } from './figures.ts';
import { sizes } from './sizes.ts';
import { benchSystem, deps, macrotask, start, startObserver } from './world.ts';

type ChildPid = ServerPid<never, 'crash'>;
type Fell = (system: System, child: ChildPid) => void;

const byKill: Fell = (system, child) => system.exit(child, 'kill');
const byCrash: Fell = (system, child) => system.cast(child, 'crash');

export function mass(): Promise<Figures> {
  return rounds(async () => {
    const kills = await restartAll(byKill);
    const crashes = await restartAll(byCrash);
    return {
      killMs: kills.allMs,
      killDelayP99: percentile(0.99, kills.delaysMs),
      killDelayMax: Math.max(...kills.delaysMs),
      crashMs: crashes.allMs,
      crashDelayP99: percentile(0.99, crashes.delaysMs),
      crashDelayMax: Math.max(...crashes.delaysMs),
      giveUpAllMs: await giveUp(sizes.CHILDREN),
      giveUpFewMs: await giveUp(sizes.FEW_FALLS),
    };
  });
}

async function restartAll(fell: Fell) {
  const { system, sup, children, births } = await family(sizes.INTENSITY_HIGH);
  const stopWatching = watchDelay();
  await macrotask();
  const reborn = births.next();
  const beganMs = performance.now();
  for (const child of children) fell(system, child);
  await reborn;
  const allMs = performance.now() - beganMs;
  const delaysMs = await stopWatching();
  const active = (await countChildren(system, sup))?.active;
  if (active !== sizes.CHILDREN) throw new Error(`${active} of ${sizes.CHILDREN} are back`);
  system.exit(sup, 'kill');
  return { allMs, delaysMs };
}

/** Milliseconds from `falls` kills until the supervisor and all it had are gone. */
async function giveUp(falls: number): Promise<number> {
  const { system, sup, children } = await family(sizes.INTENSITY_LOW);
  const { down } = await (await startObserver(system)).watch(sup);
  const beganMs = performance.now();
  for (const child of children.slice(0, falls)) byKill(system, child);
  const reason = await down;
  const tookMs = performance.now() - beganMs;
  const left = [...system.processes()].length - 1;
  if (reason !== 'shutdown' || left > 0) throw new Error(`${left} left behind`, { cause: reason });
  return tookMs;
}

interface FamilyOfMany {
  readonly system: System;
  readonly sup: DynamicPid<number>;
  readonly children: readonly ChildPid[];
  readonly births: ReturnType<typeof maternity>;
}

async function family(intensity: number): Promise<FamilyOfMany> {
  const system = benchSystem();
  const births = maternity();
  const child = (index: number) => ({ id: String(index), start: () => births.behaviour });
  const periodMs = sizes.PERIOD_S * 1_000;
  const spec = { strategy: 'simple_one_for_one', intensity, periodMs, child } as const;
  const sup = await start(system, dynamicSupervisor<number>(spec, deps));
  const born = births.next();
  await Promise.all(Array.from({ length: sizes.CHILDREN }, (_, index) => startChild(system, sup, index)));
  return { system, sup, children: await born, births };
}

/** The children's behaviour, which keeps a list of who was born. */
function maternity() {
  let born: ChildPid[] = [];
  let complete: () => void = () => {};
  const behaviour = genServer<null, never, 'crash'>({
    init(ctx) {
      born.push(ctx.self);
      if (born.length === sizes.CHILDREN) complete();
      return null;
    },
    handleCast() {
      throw new Error('crash');
    },
  });
  return {
    behaviour,
    /** The children born from now on, as soon as they are all. */
    next(): Promise<readonly ChildPid[]> {
      born = [];
      return new Promise((resolve) => {
        complete = () => resolve(born);
      });
    },
  };
}
