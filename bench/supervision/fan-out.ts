/** One message each to many processes that are idle, until the last of them has handled its own. */
import { genServer } from '../../src/runtime/gen-server.ts';
import { type Figures, percentile, rounds } from './figures.ts';
import { sizes } from './sizes.ts';
import { benchSystem, start } from './world.ts';

export async function fanOut(): Promise<Figures> {
  const system = benchSystem();
  let left = 0;
  let done: (atMs: number) => void = () => {};
  const listener = genServer<null, never, 'tick'>({
    init: () => null,
    handleCast() {
      left -= 1;
      if (left === 0) done(performance.now());
      return null;
    },
  });
  const listeners = await Promise.all(Array.from({ length: sizes.IDLE }, () => start(system, listener)));
  const fan = async () => {
    const all = Promise.withResolvers<number>();
    left = sizes.IDLE;
    done = all.resolve;
    const beganMs = performance.now();
    for (const pid of listeners) system.cast(pid, 'tick');
    return (await all.promise) - beganMs;
  };
  return rounds(async () => {
    const times: number[] = [];
    for (let count = 0; count < sizes.FANS; count += 1) times.push(await fan());
    return { all: percentile(0.5, times) };
  });
}
