import { expect, it } from 'vitest';
import { Admission } from '../../../src/gateway/admission.ts';
import type { Clock } from '../../../src/lib/clock.ts';

function handClock() {
  let nowMs = 0;
  const clock: Clock = {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    schedule: () => () => {},
    afterTurn: () => {},
  };
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  return { clock, passMs };
}

it('admits as many in a second as it may, evenly refilled and never saved up', () => {
  const { clock, passMs } = handClock();
  const admission = new Admission(
    { connections: 1_000, connectionsPerAddress: 1_000, connectsPerSecond: 10, connectsPerAddress: 10 },
    clock,
  );
  const admitted = () => Array.from({ length: 30 }, () => admission.admit('a')).filter(({ ok }) => ok).length;
  expect(admitted()).toBe(10);
  passMs(100);
  expect(admitted()).toBe(1);
  passMs(99);
  expect(admitted()).toBe(0);
  passMs(60_000);
  expect(admitted()).toBe(10);
  const refused = admission.admit('a');
  expect(refused.ok ? null : refused.code).toBe('too-many-requests');
});

it('a place is given back once, however often it is released', () => {
  const bounds = {
    connections: 2,
    connectionsPerAddress: 2,
    connectsPerSecond: 100,
    connectsPerAddress: 100,
  };
  const admission = new Admission(bounds, handClock().clock);
  const first = admission.admit('a');
  const second = admission.admit('a');
  if (!first.ok || !second.ok) throw new Error('there was room for two');
  first.value();
  first.value();
  expect(admission.open).toBe(1);
  expect([admission.admit('a').ok, admission.admit('a').ok]).toEqual([true, false]);
});

it('a refused connect costs no token', () => {
  const bounds = { connections: 1, connectionsPerAddress: 1, connectsPerSecond: 2, connectsPerAddress: 2 };
  const admission = new Admission(bounds, handClock().clock);
  const first = admission.admit('a');
  for (let i = 0; i < 5; i++) expect(admission.admit('b').ok).toBe(false);
  if (first.ok) first.value();
  expect(admission.admit('b').ok).toBe(true);
});

it('an address in a hurry takes its own share of the rate, and leaves the rest to others', () => {
  const { clock, passMs } = handClock();
  const bounds = {
    connections: 1_000,
    connectionsPerAddress: 1_000,
    connectsPerSecond: 10,
    connectsPerAddress: 4,
  };
  const admission = new Admission(bounds, clock);
  const admitted = (address: string) =>
    Array.from({ length: 30 }, () => admission.admit(address)).filter(({ ok }) => ok).length;
  expect(admitted('hasty')).toBe(4);
  const refused = admission.admit('hasty');
  expect(refused.ok ? null : refused.limit).toBe('connectsPerAddress');
  expect(admitted('other')).toBe(4);
  passMs(1_000);
  expect([admitted('hasty'), admitted('other')]).toEqual([4, 4]);
});
