/** Puts a question to a named process, and is patient while that process is being restarted. */
import type { ReachableLimit } from '../protocols/limit-answers.ts';
import { type Answer, beyond, done, refuse } from '../protocols/refusal.ts';
import type { From } from '../runtime/call.ts';
import type { CallTarget } from '../runtime/server-message.ts';
import type { System } from '../runtime/system.ts';

/** How often a process that is not there is looked for again, and how long its answer is waited for in all. */
export const ASK_AGAIN_MS = 20;
const PATIENCE_MS = 2_000;

/**
 * Asks once the process is there. A process that ends while it has the question is not asked again: it may have done
 * what it was asked. `patienceMs` is for the looking and the answer together; `limit` is the bound that it stands for.
 */
export async function ask<Q, R, const A extends Q = Q>(
  system: System,
  to: CallTarget<Q>,
  build: (from: From<R>) => A,
  patienceMs = PATIENCE_MS,
  limit?: ReachableLimit,
): Promise<Answer<R>> {
  const { clock } = system;
  const untilMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    const called = await system.call<Q, R, A>(to, build, untilMs - clock.monotonicMs());
    if (called.ok) return done(called.value);
    if (called.reason === 'timeout' && limit !== undefined)
      return beyond(limit, 'not-ready', 'The answer took too long to find. Try again later.');
    if (called.reason !== 'noproc' || clock.monotonicMs() + ASK_AGAIN_MS >= untilMs) {
      return refuse(
        'not-ready',
        'The part of this node that answers is being restarted. Try again in a moment.',
      );
    }
    await new Promise<void>((resolve) => clock.schedule(ASK_AGAIN_MS, resolve));
  }
}
