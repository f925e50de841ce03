/** Children that end as they are told, every way there is to end one, and every home it can stand in. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Behaviour } from '../../src/runtime/behaviour.ts';
import type { ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer, type ServerMessage, type ServerPid, stop } from '../../src/runtime/gen-server.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import type { System } from '../../src/runtime/system.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import { dynamicSupervisor, type SupervisorSpec } from '../../src/supervision/supervisor.ts';
import { startChild } from '../../src/supervision/supervisor-admin.ts';
import type { AdminCall, StartedChild } from '../../src/supervision/supervisor-call.ts';
import { manualClock } from '../support/manual-clock.ts';
import { settle, type World, world } from '../unit/runtime/world.ts';
import { deps, startSupervisor } from '../unit/supervision/nursery.ts';

/** What a mortal does when it is cast it: ends with this reason, or throws. */
export type Word = ExitReason | 'crash';
export type MortalMessage = ServerMessage<never, Word>;
export type MortalPid = ServerPid<never, Word>;

/** Time stands still: all restarts are within one period, and no slice of a turn ends early. */
export function stillWorld() {
  const clock = manualClock();
  return { ...world({ clock }), clock };
}

export interface Roll {
  /** `+id` for each start that began with a working `init`, `-id` for each orderly end. */
  readonly log: string[];
  mortal(id: string): Behaviour<MortalMessage>;
  spec(id: string, options?: Partial<ChildSpec>): ChildSpec;
  /** Its start fails while `broken()` says so; a failure is `!id` in the log. */
  fragile(id: string, broken: () => boolean, options?: Partial<ChildSpec>): ChildSpec;
  /** The latest incarnation of this child. */
  pid(id: string): MortalPid;
  /** How often it has started. */
  starts(id: string): number;
}

export function roll(): Roll {
  const log: string[] = [];
  const latest = new Map<string, MortalPid>();
  const mortal = (id: string) =>
    genServer<null, never, Word>({
      init(ctx) {
        latest.set(id, ctx.self);
        log.push(`+${id}`);
        return null;
      },
      handleCast(word) {
        if (word === 'crash') throw new Error(`${id} crashed`);
        return stop(word, null);
      },
      terminate() {
        log.push(`-${id}`);
      },
    });
  return {
    log,
    mortal,
    spec: (id, options = {}) => ({ id, start: () => mortal(id), ...options }),
    fragile: (id, broken, options = {}) => ({
      id,
      start() {
        if (!broken()) return mortal(id);
        log.push(`!${id}`);
        throw new Error(`${id} is broken`);
      },
      ...options,
    }),
    pid(id) {
      const pid = latest.get(id);
      if (pid === undefined) throw new Error(`${id} has never started`);
      return pid;
    },
    starts: (id) => log.filter((line) => line === `+${id}`).length,
  };
}

/** One way a child can end. */
export interface Ending {
  /** As OTP's suite groups them. */
  readonly group: 'normal' | 'shutdown' | 'abnormal';
  readonly how: string;
  /** With what reason the child `c` then ends. */
  readonly reason: ExitReason;
  end(system: System, pid: MortalPid): void;
}

const failed: ExitReason = { error: new Error('failed') };

/** All reasons there are, each by the child's own doing and, where that differs, from outside. */
export const endings: readonly Ending[] = [
  {
    group: 'normal',
    how: 'ending normally',
    reason: 'normal',
    end: (system, pid) => system.cast(pid, 'normal'),
  },
  {
    group: 'shutdown',
    how: 'ending with shutdown',
    reason: 'shutdown',
    end: (system, pid) => system.cast(pid, 'shutdown'),
  },
  {
    group: 'shutdown',
    how: 'an exit signal shutdown',
    reason: 'shutdown',
    end: (system, pid) => system.exit(pid, 'shutdown'),
  },
  {
    group: 'shutdown',
    how: 'ending with {shutdown,x}',
    reason: { shutdown: 'x' },
    end: (system, pid) => system.cast(pid, { shutdown: 'x' }),
  },
  {
    group: 'abnormal',
    how: 'ending with an error',
    reason: failed,
    end: (system, pid) => system.cast(pid, failed),
  },
  {
    group: 'abnormal',
    how: 'a throw',
    reason: { error: new Error('c crashed') },
    end: (system, pid) => system.cast(pid, 'crash'),
  },
  {
    group: 'abnormal',
    how: 'an exit signal with an error',
    reason: failed,
    end: (system, pid) => system.exit(pid, failed),
  },
  {
    group: 'abnormal',
    how: 'a kill',
    reason: 'killed',
    end: (system, pid) => system.exit(pid, 'kill'),
  },
];

/** A supervisor at path `sup` with one child, and how to start that child (again). */
export interface House {
  readonly sup: ServerPid<AdminCall>;
  start(): Promise<StartedChild>;
}

/** The three ways to become a child. */
export interface Home {
  readonly name: 'static' | 'start_child' | 'simple';
  open(world: World, spec: ChildSpec): Promise<House>;
}

export const homes: readonly Home[] = [
  {
    name: 'static',
    async open(w, spec) {
      const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec] });
      return { sup, start: () => startChild(w.system, sup, spec) };
    },
  },
  {
    name: 'start_child',
    async open(w, spec) {
      const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [] });
      const start = () => startChild(w.system, sup, spec);
      await start();
      return { sup, start };
    },
  },
  {
    name: 'simple',
    async open(w, spec) {
      const definition = { strategy: 'simple_one_for_one', child: (_args: null) => spec } as const;
      const sup = await w.start(dynamicSupervisor(definition, deps), { id: 'sup' });
      const start = () => startChild(w.system, sup, null);
      await start();
      return { sup, start };
    },
  },
];

/** A running supervisor at `sup` whose children were given in its definition, or added to it one by one. */
export async function raise(w: World, how: 'static' | 'start_child', { children, ...flags }: SupervisorSpec) {
  if (how === 'static') return startSupervisor(w, { ...flags, children });
  const sup = await startSupervisor(w, { ...flags, children: [] });
  for (const spec of children) {
    const started = await startChild(w.system, sup, spec);
    if (!started.ok) throw new Error(`${spec.id} was not started`);
  }
  return sup;
}

/** With which reason this process ended; undefined while it lives. */
export function reasonOf(w: World, pid: Pid): ExitReason | undefined {
  return w.of('exit').find((event) => event.pid === pid)?.reason;
}

/** A forced collection of all garbage. */
export function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc !== 'function') throw new Error('no gc to be had');
  return () => void gc();
}

/** Whether it can be collected. What a weak reference was asked for lives on until the end of that job, so in rounds. */
export async function isCollected(ref: WeakRef<object>, collect: () => void): Promise<boolean> {
  for (let round = 0; round < 10; round += 1) {
    await settle(2);
    collect();
    if (ref.deref() === undefined) return true;
  }
  return false;
}
