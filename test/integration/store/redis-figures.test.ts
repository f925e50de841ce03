/** A Redis that hangs is seen in the figures: the store is down, and the bound on its answers was reached. */
import { expect, it } from 'vitest';
import { createStoreDoor } from '../../../src/actors/store-door.ts';
import { storeKeeper } from '../../../src/actors/store-keeper.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { systemRandom } from '../../../src/lib/random.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { openRedis } from '../../../src/store/open-redis.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { eventually } from '../../support/eventually.ts';
import { RedisServer } from '../../support/redis-server.ts';

const bounds = { estimates: 10, ageMs: 0, bytes: 1e6 };

it('a store is up while it answers in time and down while it does not, and gone with its process', async () => {
  await using redis = await RedisServer.start();
  const meter = countingMeter();
  const limits = limitsWith({ redisCommandMs: 200 });
  const system = createSystem({ name: 'figures', clock: systemClock, mailboxMax: 100 });
  const open = async () => {
    const opened = openRedis({ url: redis.url, prefix: 'f', bounds, limits, random: systemRandom, meter });
    await eventually('an answer', async () => (await opened.fault()) === null);
    return opened.store;
  };
  const spawned = await system.spawn(storeKeeper(createStoreDoor(systemClock, meter), open, meter));
  if (!spawned.ok) throw new Error('not started');
  expect([meter.now('zeno_store_up'), meter.limits]).toEqual([[1], []]);
  redis.signal('SIGSTOP');
  await eventually('the store to be down', () => meter.now('zeno_store_up')[0] === 0);
  expect(meter.limits).toContain('redisCommandMs');
  redis.signal('SIGCONT');
  await eventually('the store to be up', () => meter.now('zeno_store_up')[0] === 1);
  await system.stop(spawned.pid, 'shutdown', 1_000);
  expect(meter.now('zeno_store_up')).toEqual([]);
});
