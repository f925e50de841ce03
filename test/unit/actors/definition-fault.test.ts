/** A definition that is wrong where nobody has looked blocks its own run, and nothing else. */
import { expect, test } from 'vitest';
import { leibniz } from '../../../src/series/leibniz.ts';
import { Stage, states, told } from './series-stage.ts';

/** Leibniz' series, but `wrong` throws while `broken` says so. */
function faulty(wrong: 'evaluate' | 'merge' | 'exhausted' | 'accelerate') {
  const fault = { broken: true };
  const check = <Args extends readonly unknown[], Value>(name: string, work: (...args: Args) => Value) => {
    return (...args: Args): Value => {
      if (fault.broken && name === wrong) throw new RangeError('off by one');
      return work(...args);
    };
  };
  const { evaluate, merge, exhausted, accelerate } = leibniz;
  const definition = {
    ...leibniz,
    evaluate: check('evaluate', evaluate),
    merge: check('merge', merge),
    exhausted: check('exhausted', exhausted),
    accelerate: accelerate === null ? null : check('accelerate', accelerate),
  };
  return { fault, definition };
}

test.each(['evaluate', 'merge', 'exhausted', 'accelerate'] as const)(
  'a run whose %s throws is blocked with the reason, keeps its process, and goes on after a retry',
  async (wrong) => {
    const { fault, definition } = faulty(wrong);
    const stage = await new Stage({}, {}, definition).open();
    const { heard } = await stage.hub();
    await stage.serve();
    await stage.pass(100);
    expect(states(heard)).toContain(`blocked: its definition's ${wrong} threw: off by one`);
    expect(stage.store.commits).toEqual([]);
    expect(stage.exits()).toEqual([]);

    fault.broken = false;
    const retried = stage.ask((from) => ({ type: 'retry', from }));
    await stage.pass(100);
    expect(await retried).toMatchObject({ ok: true });
    await stage.serve();
    await stage.pass(100);
    expect(told(heard)[0]).toEqual({ offset: 1, n: 64 });
    expect(stage.store.commits[0]?.state).toBe(leibniz.partial(0, 64));
  },
);

test('a run whose definition brings what is no estimate commits nothing of it, and is blocked with the reason', async () => {
  const accelerate = (n: number) => ({ terms: n, decimal: 'about 3', lower: '3', upper: '4', digits: 1 });
  const stage = await new Stage({}, {}, { ...leibniz, accelerate }).open();
  const { heard } = await stage.hub();
  await stage.serve();
  await stage.pass(100);
  expect(states(heard).at(-1)).toMatch(
    /^blocked: its definition's figures threw: no estimate: \/accelerated\/decimal/,
  );
  expect(stage.store.commits).toEqual([]);
  expect(stage.exits()).toEqual([]);
});
