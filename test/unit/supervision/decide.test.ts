import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExitReason } from '../../../src/runtime/exit-reason.ts';
import type { RestartType } from '../../../src/supervision/child-spec.ts';
import { decide, type Sibling, type Strategy } from '../../../src/supervision/decide.ts';
import { intensityOf } from '../../../src/supervision/intensity.ts';

const reasons: ExitReason[] = ['normal', 'shutdown', { shutdown: 1 }, 'killed', { error: new Error('x') }];
const restartType = fc.constantFrom<RestartType>('permanent', 'transient', 'temporary');
const strategy = fc.constantFrom<Strategy>(
  'one_for_one',
  'one_for_all',
  'rest_for_one',
  'simple_one_for_one',
);
const family = fc
  .array(restartType, { minLength: 1, maxLength: 8 })
  .map((types): Sibling[] => types.map((restart, i) => ({ id: `c${i}`, restart })));

function child(restart: RestartType): Sibling {
  return { id: 'c', restart };
}

describe('which ends are answered by a restart', () => {
  const generous = intensityOf(100, 1000);
  const orders = (restart: RestartType, reason: ExitReason) => {
    const fallen = child(restart);
    const standing = { strategy: 'one_for_one', intensity: generous, children: [fallen] } as const;
    return decide(standing, { child: fallen, reason, failedStart: false }, 0).orders.do;
  };

  test('permanent: all; transient: abnormal ones; temporary: none, and the spec goes', () => {
    expect(reasons.map((reason) => orders('permanent', reason))).toEqual(reasons.map(() => 'restart'));
    expect(reasons.map((reason) => orders('transient', reason))).toEqual([
      'leave',
      'leave',
      'leave',
      'restart',
      'restart',
    ]);
    expect(reasons.map((reason) => orders('temporary', reason))).toEqual(reasons.map(() => 'forget'));
  });

  test('a restart that failed is tried again whatever it failed with', () => {
    const fallen = child('transient');
    const standing = { strategy: 'one_for_one', intensity: generous, children: [fallen] } as const;
    const decision = decide(standing, { child: fallen, reason: 'shutdown', failedStart: true }, 0);
    expect(decision.orders.do).toBe('restart');
  });
});

describe('who is restarted', () => {
  const children: Sibling[] = [
    { id: 'a', restart: 'permanent' },
    { id: 'b', restart: 'transient' },
    { id: 'c', restart: 'temporary' },
    { id: 'd', restart: 'permanent' },
  ];
  const ordersOf = (name: Strategy) =>
    decide(
      { strategy: name, intensity: intensityOf(1, 1000), children },
      { child: { id: 'b', restart: 'transient' }, reason: 'killed', failedStart: false },
      0,
    ).orders;

  test('one_for_one: only the fallen', () => {
    expect(ordersOf('one_for_one')).toEqual({ do: 'restart', terminate: [], forget: [], start: ['b'] });
  });

  test('rest_for_one: the fallen and what was started after it, ended in reverse, the temporary not again', () => {
    expect(ordersOf('rest_for_one')).toEqual({
      do: 'restart',
      terminate: ['d', 'c'],
      forget: ['c'],
      start: ['b', 'd'],
    });
  });

  test('one_for_all: everybody', () => {
    expect(ordersOf('one_for_all')).toEqual({
      do: 'restart',
      terminate: ['d', 'c', 'a'],
      forget: ['c'],
      start: ['a', 'b', 'd'],
    });
  });
});

describe('in any storm of ends', () => {
  const storm = fc.record({
    strategy,
    family,
    max: fc.nat(5),
    falls: fc.array(
      fc.record({
        at: fc.nat(),
        reason: fc.constantFrom(...reasons),
        failedStart: fc.boolean(),
        gapMs: fc.nat(400),
      }),
      { maxLength: 60 },
    ),
  });

  test('orders are well formed: ends in reverse, starts in order, nobody who is temporary, the fallen always', () => {
    fc.assert(
      fc.property(storm, (input) => {
        const ids = input.family.map((sibling) => sibling.id);
        let intensity = intensityOf(input.max, 1000);
        let nowMs = 0;
        for (const fall of input.falls) {
          nowMs += fall.gapMs;
          const fallen = input.family[fall.at % input.family.length];
          if (fallen === undefined) continue;
          const standing = { strategy: input.strategy, intensity, children: input.family };
          const decision = decide(standing, { ...fall, child: fallen }, nowMs);
          intensity = decision.intensity;
          const { orders } = decision;
          if (orders.do === 'give-up') break;
          if (orders.do !== 'restart') continue;
          expect(fallen.restart).not.toBe('temporary');
          expect(orders.start).toContain(fallen.id);
          expect(orders.start).toEqual(ids.filter((id) => orders.start.includes(id)));
          expect(orders.terminate).toEqual(ids.filter((id) => orders.terminate.includes(id)).reverse());
          expect(orders.terminate).not.toContain(fallen.id);
          // Whoever is ended either comes back or is forgotten, and nobody else.
          const back = [...orders.start, ...orders.forget].filter((id) => id !== fallen.id);
          expect(new Set(back)).toEqual(new Set(orders.terminate));
          for (const id of orders.forget) {
            expect(input.family.find((sibling) => sibling.id === id)?.restart).toBe('temporary');
          }
        }
      }),
    );
  });

  test('it gives up exactly at the first restart that is more than the intensity within a period', () => {
    fc.assert(
      fc.property(storm, (input) => {
        let intensity = intensityOf(input.max, 1000);
        const restartsAtMs: number[] = [];
        let nowMs = 0;
        for (const fall of input.falls) {
          nowMs += fall.gapMs;
          const fallen: Sibling = { id: 'c0', restart: 'permanent' };
          const standing = { strategy: input.strategy, intensity, children: [fallen] };
          const decision = decide(standing, { ...fall, child: fallen }, nowMs);
          intensity = decision.intensity;
          restartsAtMs.push(nowMs);
          const recent = restartsAtMs.filter((atMs) => atMs >= nowMs - 1000).length;
          expect(decision.orders.do).toBe(recent > input.max ? 'give-up' : 'restart');
          if (decision.orders.do === 'give-up') break;
          expect(intensity.restartsAtMs.length).toBeLessThanOrEqual(input.max);
        }
      }),
    );
  });
});
