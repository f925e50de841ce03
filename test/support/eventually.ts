/** Waiting for something to become true, with a deadline that says what did not. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 15;

/** The first value of `look` that is neither null nor undefined nor false. Throws after `deadlineMs`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  deadlineMs = 10_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}

/** `promise`, or an error naming `what` was waited for, with what `more` has to say. */
export async function within<T>(
  deadlineMs: number,
  what: string,
  promise: Promise<T>,
  more: () => string = () => '',
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`not within ${deadlineMs} ms: ${what}\n${more()}`)),
    deadlineMs,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
