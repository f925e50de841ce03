/**
 * For how long an event loop is held at one stretch: by the clock, as everybody else on it feels it, and in CPU time of
 * its thread, which others on the same machine cannot lengthen. Node's own histogram knows only the clock.
 */
const TICK_MS = 1;

export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly maxCpuMs: number;
}

/** Each call answers for the time since the one before; the first begins to watch. */
export function loopDelay(): () => LoopDelay {
  let lateMs: number[] = [];
  let maxCpuMs = 0;
  let isWatching = false;
  let beganMs = 0;
  let cpuMs = 0;

  const arm = () => {
    beganMs = performance.now();
    cpuMs = threadCpuMs();
    setTimeout(tick, TICK_MS).unref();
  };
  const tick = () => {
    lateMs.push(Math.max(0, performance.now() - beganMs - TICK_MS));
    maxCpuMs = Math.max(maxCpuMs, threadCpuMs() - cpuMs);
    arm();
  };

  return () => {
    if (!isWatching) arm();
    isWatching = true;
    const sorted = lateMs.toSorted((a, b) => a - b);
    const answer = {
      p99Ms: sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0,
      maxMs: sorted.at(-1) ?? 0,
      maxCpuMs,
    };
    lateMs = [];
    maxCpuMs = 0;
    return answer;
  };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
