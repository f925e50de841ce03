import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExitReason } from '../../../src/runtime/exit-reason.ts';
import type { AutoShutdown, RestartType } from '../../../src/supervision/child-spec.ts';
import { decide, type Orders, type Sibling, type Strategy } from '../../../src/supervision/decide.ts';
import { intensityOf, restartsWithin } from '../../../src/supervision/intensity.ts';

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
  .map((types): Sibling[] => types.map((restart, i) => child(restart, `c${i}`)));

function child(restart: RestartType, id = 'c', significant = false): Sibling {
  return { id, restart, significant, active: true };
}

const calm = { strategy: 'one_for_one', autoShutdown: 'never' } as const;

describe('which ends are answered by a restart', () => {
  const generous = intensityOf({ max: 100, periodMs: 1000 });
  const orders = (restart: RestartType, reason: ExitReason) => {
    const fallen = child(restart);
    const standing = { ...calm, intensity: generous, children: [fallen] };
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
    const standing = { ...calm, intensity: generous, children: [fallen] };
    const decision = decide(standing, { child: fallen, reason: 'shutdown', failedStart: true }, 0);
    expect(decision.orders.do).toBe('restart');
  });
});

describe('who is restarted', () => {
  const children: Sibling[] = [
    child('permanent', 'a'),
    child('transient', 'b'),
    child('temporary', 'c'),
    child('permanent', 'd'),
  ];
  const ordersOf = (name: Strategy) =>
    decide(
      { strategy: name, autoShutdown: 'never', intensity: intensityOf({ max: 1, periodMs: 1000 }), children },
      { child: child('transient', 'b'), reason: 'killed', failedStart: false },
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

describe('what significant children decide', () => {
  const endOf = (
    autoShutdown: AutoShutdown,
    fallen: Sibling,
    others: readonly Sibling[],
    reason: ExitReason = 'normal',
  ) =>
    decide(
      {
        ...calm,
        autoShutdown,
        intensity: intensityOf({ max: 9, periodMs: 1000 }),
        children: [fallen, ...others],
      },
      { child: fallen, reason, failedStart: false },
      0,
    ).orders.do;
  const one = child('transient', 'one', true);
  const another = child('temporary', 'another', true);
  const gone = { ...another, active: false };

  test('never: nothing; any_significant: the first of them that stays ended ends the supervisor', () => {
    expect(endOf('never', one, [])).toBe('leave');
    expect(endOf('any_significant', one, [another])).toBe('auto-shutdown');
    expect(endOf('any_significant', one, [another], 'killed')).toBe('restart');
    expect(endOf('any_significant', another, [one], 'killed')).toBe('auto-shutdown');
  });

  test('all_significant: the last of them does', () => {
    expect(endOf('all_significant', one, [another])).toBe('leave');
    expect(endOf('all_significant', one, [gone, child('permanent', 'x')])).toBe('auto-shutdown');
  });

  test('whoever is not significant does not', () => {
    expect(endOf('any_significant', child('transient'), [one])).toBe('leave');
    expect(endOf('all_significant', child('temporary'), [gone])).toBe('forget');
  });
});

/** Ends in reverse, starts in order, nobody who is temporary, the fallen always. */
function wellFormed(
  orders: Extract<Orders, { do: 'restart' }>,
  fallen: Sibling,
  siblings: readonly Sibling[],
): void {
  const ids = siblings.map(({ id }) => id);
  expect(fallen.restart).not.toBe('temporary');
  expect(orders.start).toContain(fallen.id);
  expect(orders.start).toEqual(ids.filter((id) => orders.start.includes(id)));
  expect(orders.terminate).toEqual(ids.filter((id) => orders.terminate.includes(id)).reverse());
  expect(orders.terminate).not.toContain(fallen.id);
  // Whoever is ended either comes back or is forgotten, and nobody else.
  const back = [...orders.start, ...orders.forget].filter((id) => id !== fallen.id);
  expect(new Set(back)).toEqual(new Set(orders.terminate));
  for (const id of orders.forget) {
    expect(siblings.find((sibling) => sibling.id === id)?.restart).toBe('temporary');
  }
}

/** All families of up to `size` children. */
function families(size: number): Sibling[][] {
  if (size === 0) return [[]];
  const smaller = families(size - 1);
  const full = smaller.filter((members) => members.length === size - 1);
  const types = ['permanent', 'transient', 'temporary'] as const;
  return [
    ...smaller,
    ...full.flatMap((members) => types.map((restart) => [...members, child(restart, `c${members.length}`)])),
  ];
}

test('for every family of up to four, every strategy, every end of everybody: orders are well formed', () => {
  const strategies: Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one', 'simple_one_for_one'];
  const intensity = intensityOf({ max: 1, periodMs: 1000 });
  let seen = 0;
  for (const name of strategies) {
    for (const children of families(4)) {
      for (const fallen of children) {
        for (const [reason, failedStart] of reasons.flatMap((one) => [
          [one, false] as const,
          [one, true] as const,
        ])) {
          const standing = { ...calm, strategy: name, intensity, children };
          const { orders } = decide(standing, { child: fallen, reason, failedStart }, 0);
          seen += 1;
          const abnormal = reason === 'killed' || (typeof reason === 'object' && 'error' in reason);
          const comesBack =
            fallen.restart === 'permanent' || (fallen.restart === 'transient' && (abnormal || failedStart));
          expect(orders.do === 'restart').toBe(comesBack);
          if (orders.do !== 'restart') {
            const kept = fallen.restart !== 'temporary' && name !== 'simple_one_for_one';
            expect(orders.do).toBe(kept ? 'leave' : 'forget');
            continue;
          }
          wellFormed(orders, fallen, children);
          const concerned = name === 'one_for_all' ? children : children.slice(children.indexOf(fallen));
          const alone = name === 'one_for_one' || name === 'simple_one_for_one';
          const expected = alone ? [fallen] : concerned;
          expect(orders.terminate).toHaveLength(expected.length - 1);
        }
      }
    }
  }
  // 426 children in all families, each with 5 reasons, as a fall and as a failed restart, under 4 strategies.
  expect(seen).toBe(17_040);
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
        let intensity = intensityOf({ max: input.max, periodMs: 1000 });
        let nowMs = 0;
        for (const fall of input.falls) {
          nowMs += fall.gapMs;
          const fallen = input.family[fall.at % input.family.length];
          if (fallen === undefined) continue;
          const standing = { ...calm, strategy: input.strategy, intensity, children: input.family };
          const decision = decide(standing, { ...fall, child: fallen }, nowMs);
          intensity = decision.intensity;
          const { orders } = decision;
          if (orders.do === 'give-up') break;
          if (orders.do !== 'restart') continue;
          wellFormed(orders, fallen, input.family);
        }
      }),
    );
  });

  test('it gives up exactly at the first restart that is more than the intensity within a period', () => {
    fc.assert(
      fc.property(storm, (input) => {
        let intensity = intensityOf({ max: input.max, periodMs: 1000 });
        const restartsAtMs: number[] = [];
        let nowMs = 0;
        for (const fall of input.falls) {
          nowMs += fall.gapMs;
          const fallen = child('permanent');
          const standing = { ...calm, strategy: input.strategy, intensity, children: [fallen] };
          const decision = decide(standing, { ...fall, child: fallen }, nowMs);
          intensity = decision.intensity;
          restartsAtMs.push(nowMs);
          const recent = restartsAtMs.filter((atMs) => atMs >= nowMs - 1000).length;
          expect(decision.orders.do).toBe(recent > input.max ? 'give-up' : 'restart');
          if (decision.orders.do === 'give-up') break;
          expect(restartsWithin(intensity)).toBe(recent);
        }
      }),
    );
  });
});
