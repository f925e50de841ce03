/**
 * From the fall of a supervised, named server to the first answer of its next incarnation, as somebody outside sees
 * it who knows the name alone and tries until he is answered. A process monitors the server, and is told why it fell.
 */
import type { From } from '../../src/runtime/call.ts';
import { type ExitReason, isAbnormal } from '../../src/runtime/exit-reason.ts';
import { genServer, type ServerMessage, type ServerPid } from '../../src/runtime/gen-server.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import { processName } from '../../src/runtime/process-name.ts';
import { registry } from '../../src/runtime/registry.ts';
import type { System } from '../../src/runtime/system.ts';
import { supervisor } from '../../src/supervision/supervisor.ts';
import { type Figures, percentile, rounds } from './figures.ts';
import { sizes } from './sizes.ts';
import { benchSystem, deps, macrotask, type Observer, start, startObserver } from './world.ts';

interface Who {
  readonly from: From<Pid>;
}

const victimName = processName<ServerMessage<Who, 'crash'>>('victim');
type VictimPid = ServerPid<Who, 'crash'>;

/** Far more than a restart takes; one more means that none comes. */
const TRIES_MAX = 100_000;

type Fell = (system: System, victim: VictimPid) => void;

export const kill = () => falls((system, victim) => system.exit(victim, 'kill'));

export const crash = () => falls((system, victim) => system.cast(victim, 'crash'));

async function falls(fell: Fell): Promise<Figures> {
  const system = benchSystem();
  await start(system, registry(system));
  const observer = await startObserver(system);
  return rounds(async () => {
    const times: number[] = [];
    for (let count = 0; count < sizes.SUPERVISORS; count += 1) {
      const sup = await start(system, familyOfOne());
      for (let fall = 0; fall < sizes.FALLS_EACH; fall += 1) times.push(await once(system, observer, fell));
      await system.stop(sup, 'shutdown', sizes.CALL_TIMEOUT_MS);
    }
    return { median: percentile(0.5, times), p99: percentile(0.99, times) };
  });
}

function familyOfOne() {
  const { INTENSITY_HIGH: intensity, PERIOD_S } = sizes;
  const children = [{ id: 'victim', name: victimName, start: victim }];
  return supervisor({ strategy: 'one_for_one', children, intensity, periodMs: PERIOD_S * 1_000 }, deps);
}

function victim() {
  return genServer<null, Who, 'crash'>({
    init: () => null,
    handleCall({ from }, state, ctx) {
      ctx.reply(from, ctx.self);
      return state;
    },
    handleCast() {
      throw new Error('crash');
    },
  });
}

/** Microseconds. */
async function once(system: System, observer: Observer, fell: Fell): Promise<number> {
  const old = system.whereis(victimName);
  if (old === null) throw new Error('no victim');
  const { down } = await observer.watch(old);
  const beganMs = performance.now();
  fell(system, old);
  await answerOfNext(system, old);
  const tookUs = (performance.now() - beganMs) * 1_000;
  insistOn(await down);
  return tookUs;
}

async function answerOfNext(system: System, old: Pid): Promise<void> {
  const who = (from: From<Pid>): Who => ({ from });
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const called = await system.call(victimName, who, sizes.CALL_TIMEOUT_MS);
    if (called.ok && called.value !== old) return;
    await macrotask();
  }
  throw new Error('no next incarnation');
}

function insistOn(reason: ExitReason): void {
  if (reason === 'noproc' || !isAbnormal(reason)) throw new Error('ended otherwise', { cause: reason });
}
