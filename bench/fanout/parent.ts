/**
 * What a server of the fan-out bench tells of itself, and is asked, over the channel to the process that started it.
 * A server whose bench is gone ends by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Static, Type } from 'typebox';
import { loopDelay } from './loop-delay.ts';

export const Reply = Type.Union([
  Type.Object({ type: Type.Literal('listening'), port: Type.Integer(), publishPort: Type.Integer() }),
  /** After a collection: resident bytes, and those that are held, in V8's heap and outside of it. */
  Type.Object({ type: Type.Literal('memory'), rss: Type.Integer(), held: Type.Integer() }),
  /** How late the event loop came since the last question, and the most CPU time of its thread at one stretch. */
  Type.Object({
    type: Type.Literal('delay'),
    p99Ms: Type.Number(),
    maxMs: Type.Number(),
    maxCpuMs: Type.Number(),
  }),
]);
export type Reply = Static<typeof Reply>;
export type Question = 'memory' | 'delay';

const COLLECTIONS = 4;
const REST_MS = 100;

/** Tells the ports and answers from then on. `publishPort` is 0 where nobody can publish. */
export function answerParent(port: number, publishPort: number): void {
  const delay = loopDelay();
  process.on('disconnect', () => process.exit());
  process.on('message', async (question) => {
    if (question === 'memory') say({ type: 'memory', ...(await memoryInUse()) });
    if (question === 'delay') say({ type: 'delay', ...delay() });
  });
  say({ type: 'listening', port, publishPort });
}

function say(reply: Reply): void {
  process.send?.(reply);
}

async function memoryInUse(): Promise<{ rss: number; held: number }> {
  if (gc === undefined) throw new Error('start it with --expose-gc');
  for (let count = 0; count < COLLECTIONS; count += 1) {
    // The usual one leaves half-empty pages behind, which say more of how clients came than of what they cost.
    await gc({ type: 'major', execution: 'async', flavor: 'last-resort' });
    await sleep(REST_MS);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, held: heapUsed + external };
}
