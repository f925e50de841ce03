import { expect, test } from 'vitest';
import { ask } from '../../../src/actors/ask.ts';
import type { From } from '../../../src/runtime/call.ts';
import { genServer } from '../../../src/runtime/gen-server.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';

interface Question {
  readonly type: 'question';
  readonly from: From<string>;
}
const question = (from: From<string>): Question => ({ type: 'question', from });

async function stage() {
  const clock = manualClock();
  const system = createSystem({ name: 'stage', clock, mailboxMax: 10 });
  const silent = genServer<null, Question>({ init: () => null, handleCall: (_question, state) => state });
  const spawned = await system.spawn(silent);
  if (!spawned.ok) throw new Error('not started');
  return { clock, system, pid: spawned.pid };
}

test('an answer that does not come in time names the bound that the time was', async () => {
  const { clock, system, pid } = await stage();
  const answer = ask<Question, string>(system, pid, question, 100, 'digitsMs');
  await settle();
  clock.advance(100);
  expect(await answer).toEqual({
    ok: false,
    code: 'not-ready',
    detail: 'The answer took too long to find. Try again later.',
    limit: 'digitsMs',
  });
});

test('a process that ends with the question is no bound that was reached', async () => {
  const { system, pid } = await stage();
  const answer = ask<Question, string>(system, pid, question, 100, 'digitsMs');
  await settle();
  system.exit(pid, 'kill');
  const { ok, limit } = { limit: undefined, ...(await answer) };
  expect([ok, limit]).toEqual([false, undefined]);
});
