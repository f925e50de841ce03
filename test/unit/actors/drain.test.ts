import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drain, planDrain } from '../../../src/actors/drain.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import type { SessionCast, SessionPid } from '../../../src/protocols/mailbox/session.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

const limits = limitsWith({});

describe('a plan', () => {
  test('lets no more clients come back in a second than another node lets in, however many there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (clients) => {
        const { spreadMs, returnWithinMs } = planDrain(clients, limits);
        expect(spreadMs).toBeLessThanOrEqual(limits.drainMs - limits.goodbyeMs);
        const perSecond = clients / ((spreadMs + returnWithinMs) / 1_000);
        expect(perSecond).toBeLessThanOrEqual(limits.connectsPerSecond);
      }),
    );
  });

  test('keeps a few waiting for a moment only', () => {
    expect(planDrain(10, limits)).toEqual({ spreadMs: 50, returnWithinMs: limits.reconnectMaxMs });
  });
});

/** `count` guests that write down what they are told and stay until the test lets them go. */
async function household(count: number) {
  const clock = manualClock();
  const meter = countingMeter();
  const system = createSystem({ name: 'n', clock, mailboxMax: 1_000 });
  const guests = new Set<SessionPid>();
  const heard: SessionCast[] = [];
  const enter = async () => {
    const spawned = await system.spawn(listeningServer<never, SessionCast>(heard));
    if (!spawned.ok) throw new Error('no guest');
    guests.add(spawned.pid);
  };
  for (let guest = 0; guest < count; guest += 1) await enter();
  let over = false;
  const draining = drain({ system, limits, random: seededRandom(1), guests, meter }).then(() => {
    over = true;
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  const times = () => heard.flatMap((message) => (message.type === 'drain' ? [message.afterMs] : []));
  return { guests, meter, enter, draining, pass, times, isOver: () => over };
}

describe('a drain', () => {
  test('gives each guest a turn of its own, one after the other', async () => {
    const { guests, draining, pass, times } = await household(40);
    await pass(0);
    expect(times()).toHaveLength(40);
    expect(times()).toEqual(times().toSorted((a, b) => a - b));
    expect(times().at(-1)).toBeLessThanOrEqual(planDrain(40, limits).spreadMs);
    guests.clear();
    await pass(20);
    await draining;
  });

  test('also sends away who was on the way in, and is over when all have gone', async () => {
    const { guests, meter, enter, pass, times, isOver } = await household(1);
    await pass(0);
    await enter();
    await pass(20);
    expect(times()).toHaveLength(2);
    expect(isOver()).toBe(false);
    guests.clear();
    await pass(20);
    expect(isOver()).toBe(true);
    expect(meter.limits).toEqual([]);
  });

  test('waits for nobody beyond its time', async () => {
    const { meter, pass, isOver } = await household(1);
    for (let ms = 0; ms < limits.drainMs; ms += 20) {
      expect(isOver()).toBe(false);
      await pass(20);
    }
    expect(isOver()).toBe(true);
    expect(meter.limits).toEqual(['drainMs']);
  });
});
