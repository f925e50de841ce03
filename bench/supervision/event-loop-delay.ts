/**
 * How late timers are: a chain of timers of 1 ms each, and by how much each came later than that. Not Node's own
 * histogram, so that the stretch before the chain is stopped counts too, and the Erlang side can do the same.
 */
const TICK_MS = 1;

/** Counts from now on; the returned function ends it after one more tick. */
export function watchDelay(): () => Promise<readonly number[]> {
  const delaysMs: number[] = [];
  const stopped = Promise.withResolvers<readonly number[]>();
  let stopping = false;
  let beganMs = performance.now();
  const arm = () => setTimeout(tick, TICK_MS);
  const tick = () => {
    const nowMs = performance.now();
    delaysMs.push(Math.max(0, nowMs - beganMs - TICK_MS));
    beganMs = nowMs;
    if (stopping) stopped.resolve(delaysMs);
    else arm();
  };
  arm();
  return () => {
    stopping = true;
    return stopped.promise;
  };
}
