/** Calls one after the other, each awaited: by a process in one of its handlers, and by somebody outside. */
import type { Called, From } from '../../src/runtime/call.ts';
import { genServer, type ServerPid } from '../../src/runtime/gen-server.ts';
import type { System } from '../../src/runtime/system.ts';
import { type Figures, rounds } from './figures.ts';
import { sizes } from './sizes.ts';
import { benchSystem, start } from './world.ts';

interface Ping {
  readonly from: From<number>;
}

type EchoPid = ServerPid<Ping>;

interface Run {
  readonly timeoutMs: number;
  readonly done: (tookUs: number) => void;
}

const echo = genServer<number, Ping>({
  init: () => 0,
  handleCall({ from }, count, ctx) {
    ctx.reply(from, count);
    return count + 1;
  },
});

const ping = (from: From<number>): Ping => ({ from });

export async function calls(): Promise<Figures> {
  const system = benchSystem();
  const target = await start(system, echo);
  const caller = await start(system, callerOf(target));
  const { CALL_TIMEOUT_MS } = sizes;
  return rounds(async () => ({
    process: await fromProcess(system, caller, CALL_TIMEOUT_MS),
    processUntimed: await fromProcess(system, caller, Number.POSITIVE_INFINITY),
    outside: await inSequence(() => system.call(target, ping, CALL_TIMEOUT_MS)),
    outsideUntimed: await inSequence(() => system.call(target, ping, Number.POSITIVE_INFINITY)),
  }));
}

function fromProcess(system: System, caller: ServerPid<never, Run>, timeoutMs: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  system.cast(caller, { timeoutMs, done: resolve });
  return promise;
}

function callerOf(target: EchoPid) {
  return genServer<null, never, Run>({
    init: () => null,
    async handleCast({ timeoutMs, done }, state, ctx) {
      done(await inSequence(() => ctx.call(target, ping, timeoutMs)));
      return state;
    },
  });
}

/** Microseconds for one of them. */
async function inSequence(call: () => Promise<Called<number>>): Promise<number> {
  const beganMs = performance.now();
  for (let count = 0; count < sizes.CALLS; count += 1) {
    const called = await call();
    if (!called.ok) throw new Error('no answer', { cause: called.reason });
  }
  return ((performance.now() - beganMs) * 1_000) / sizes.CALLS;
}
