import { expect, test } from 'vitest';
import { createStoreDoor } from '../../../src/actors/store-door.ts';
import type { RunId } from '../../../src/protocols/identity.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { manualClock } from '../../support/manual-clock.ts';

const bounds = { estimates: 10, ageMs: 0, bytes: 1e6 };

test('a shut door answers unavailable to everything, and never rejects', async () => {
  const door = createStoreDoor(manualClock(), noMeter);
  const answers = await Promise.all([door.ping(), door.listRuns(), door.read('r' as RunId)]);
  expect(answers.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable', 'unavailable']);
  await door.close();
});

test('an open door leads to the store that was let in, under its name', async () => {
  const door = createStoreDoor(manualClock(), noMeter);
  door.admit(memoryStore(bounds));
  expect([door.name, (await door.ping()).kind]).toEqual(['memory', 'done']);
});

test('shutting for an earlier store leaves its successor open', async () => {
  const door = createStoreDoor(manualClock(), noMeter);
  const shutFirst = door.admit(memoryStore(bounds));
  const shutSecond = door.admit(memoryStore(bounds));
  shutFirst();
  expect((await door.ping()).kind).toBe('done');
  shutSecond();
  expect((await door.ping()).kind).toBe('unavailable');
});
