import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AutoShutdown, RestartType, Shutdown } from '../../../src/supervision/child-spec.ts';
import type { Backoff } from '../../../src/supervision/restart-policy.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { SimulatedWorld } from './simulated-world.ts';
import type { Blow, Plan, TreePlan, Wish } from './tree-plan.ts';

const { ZENO_SCHEDULES, ZENO_SEED } = process.env;
/** `ZENO_SCHEDULES` many storms; a failure prints its seed, `ZENO_SEED` begins with it again. */
const schedules = Number(ZENO_SCHEDULES ?? 10_000);
const seed = Number(ZENO_SEED ?? Math.floor(Math.random() * 2 ** 31));

const backoff: fc.Arbitrary<Backoff | null> = fc.option(
  fc.record({
    minMs: fc.integer({ min: 1, max: 20 }),
    maxMs: fc.constant(200),
    factor: fc.constantFrom(1, 2),
    jitter: fc.constantFrom(0, 0.5, 1),
    resetAfterMs: fc.integer({ min: 1, max: 300 }),
  }),
);

function planAt(depth: number): fc.Arbitrary<Plan> {
  return fc
    .record({
      restart: fc.constantFrom<RestartType>('permanent', 'permanent', 'transient', 'temporary'),
      shutdown: fc.constantFrom<Shutdown>('brutal_kill', 20, 200, 'infinity'),
      significant: fc.boolean(),
      below: depth === 0 ? fc.constant(null) : fc.option(treeAt(depth - 1), { freq: 1 }),
    })
    .map((plan) => ({ ...plan, significant: plan.significant && plan.restart !== 'permanent' }));
}

function treeAt(depth: number): fc.Arbitrary<TreePlan> {
  return fc
    .record({
      strategy: fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one'),
      max: fc.constantFrom(0, 1, 3, 10, 100, 100),
      periodMs: fc.constantFrom(50, 1_000),
      autoShutdown: fc.constantFrom<AutoShutdown>('never', 'never', 'any_significant', 'all_significant'),
      backoff,
      children: fc.array(planAt(depth), { minLength: 1, maxLength: 5, size: 'max' }),
    })
    .map((tree) => {
      const children = tree.children.map((child) => ({
        ...child,
        significant: child.significant && tree.autoShutdown !== 'never',
      }));
      return { ...tree, children };
    });
}

const blow = fc.record({
  gapMs: fc.nat(60),
  target: fc.nat(40),
  how: fc.constantFrom<Blow>('kill', 'crash', 'crash', 'normal', 'shutdown'),
});

const wish = fc.record({
  gapMs: fc.nat(60),
  target: fc.nat(40),
  how: fc.constantFrom<Wish>('terminate', 'restart', 'delete', 'start', 'update'),
});

const weather = {
  tree: treeAt(2),
  odds: fc.constantFrom(
    { failing: 0, ignoring: 0, deaf: 0 },
    { failing: 0.1, ignoring: 0.05, deaf: 0.3 },
    { failing: 0.5, ignoring: 0, deaf: 0.5 },
  ),
  chance: fc.nat(),
};

const blows = fc.array(blow, { maxLength: 40, size: 'max' });
const wishes = fc.array(fc.oneof(blow, wish), { maxLength: 40, size: 'max' });

/** From now on every start succeeds, so that whoever is to come back can; nothing may then be left half done. */
function rest(world: SimulatedWorld): void {
  world.calm = true;
  world.pass(20_000);
  world.inspect();
}

test(`in ${schedules} storms over random trees no supervisor breaks its law`, () => {
  let [struck, whole] = [0, 0];
  fc.assert(
    fc.property(fc.record({ ...weather, blows }), ({ tree, odds, chance, ...storm }) => {
      const world = new SimulatedWorld(tree, odds, seededRandom(chance));
      for (const { gapMs, target, how } of storm.blows) {
        world.pass(gapMs);
        if (world.strike(target, how)) struck += 1;
      }
      rest(world);
      if (world.rootEnd === null) whole += 1;
    }),
    { numRuns: schedules, seed },
  );
  // Storms that end every tree, or none, or hit nobody, would show little.
  expect(whole).toBeGreaterThan(schedules / 20);
  expect(whole).toBeLessThan(schedules);
  expect(struck).toBeGreaterThan(schedules * 2);
}, 120_000);

test(`in ${schedules / 2} storms everybody who asks a supervisor is answered, by it or by its end`, () => {
  let answered = 0;
  fc.assert(
    fc.property(fc.record({ ...weather, wishes }), ({ tree, odds, chance, ...storm }) => {
      const world = new SimulatedWorld(tree, odds, seededRandom(chance));
      for (const { gapMs, target, how } of storm.wishes) {
        world.pass(gapMs);
        if (isWish(how)) world.ask(target, how);
        else world.strike(target, how);
      }
      rest(world);
      answered += world.answers;
    }),
    { numRuns: schedules / 2, seed },
  );
  expect(answered).toBeGreaterThan(schedules);
}, 120_000);

function isWish(how: Blow | Wish): how is Wish {
  return !['kill', 'crash', 'normal', 'shutdown'].includes(how);
}
