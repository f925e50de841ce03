/** A million messages from one process, in one handler, to another one that counts them. */
import { genServer, type ServerPid } from '../../src/runtime/gen-server.ts';
import type { System } from '../../src/runtime/system.ts';
import { type Figures, rounds } from './figures.ts';
import { sizes } from './sizes.ts';
import { benchSystem, start } from './world.ts';

type CounterPid = ServerPid<never, 'tick'>;

export function backlog(): Promise<Figures> {
  return rounds(async () => {
    const system = benchSystem();
    const counted = Promise.withResolvers<number>();
    const counter = await start(system, counterTo(sizes.MESSAGES, counted.resolve));
    const beganMs = await sendAll(system, counter);
    const rate = sizes.MESSAGES / ((await counted.promise) - beganMs) / 1_000;
    return { cast: rate, send: rate };
  });
}

function counterTo(total: number, done: (atMs: number) => void) {
  return genServer<number, never, 'tick'>({
    init: () => 0,
    handleCast(_tick, count) {
      if (count + 1 === total) done(performance.now());
      return count + 1;
    },
  });
}

/** When the first one was sent. */
async function sendAll(system: System, counter: CounterPid): Promise<number> {
  const began = Promise.withResolvers<number>();
  const sender = genServer<null, never, 'go'>({
    init: () => null,
    handleCast(_go, state, ctx) {
      began.resolve(performance.now());
      for (let count = 0; count < sizes.MESSAGES; count += 1) ctx.cast(counter, 'tick');
      return state;
    },
  });
  system.cast(await start(system, sender), 'go');
  return began.promise;
}
