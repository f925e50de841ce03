/** Who asks for a partial, as the core is told it: by which address, and whether they still wait for the answer. */
import { get } from 'node:http';
import { expect, test } from 'vitest';
import type { Service } from '../../../src/protocols/ports/service.ts';
import { done } from '../../../src/protocols/refusal.ts';
import { until } from '../../support/until.ts';
import { partial } from './one-run-service.ts';
import { ask, type Gateway, startGateway } from './start-gateway.ts';

const path = '/v1/series/leibniz/partial?to=4';

/** What the core is asked, and how it answers: not before the test says so. */
function slow(gateway: Gateway) {
  const askers: Parameters<Service['partial']>[2][] = [];
  const answer = Promise.withResolvers<void>();
  const summed: Service['partial'] = async (_series, _range, asker) => {
    askers.push(asker);
    await answer.promise;
    return done(partial);
  };
  gateway.service.partial = summed;
  return { askers, answer };
}

test('somebody who waits is waited with, and is told by the address they come from', async () => {
  await using gateway = await startGateway();
  const { askers, answer } = slow(gateway);
  const asked = ask(gateway, 'GET', path);
  await until('the core is asked', () => askers.length === 1);
  // A request that is read to its end is no client that has gone.
  await ask(gateway, 'GET', '/healthz');
  expect(askers[0]?.gone.aborted).toBe(false);
  expect(askers[0]?.user).toMatch(/127\.0\.0\.1$/);
  answer.resolve();
  expect((await asked).json).toEqual(partial);
});

test('somebody who goes away is given up, without an error', async () => {
  await using gateway = await startGateway();
  const { askers, answer } = slow(gateway);
  const request = get(`${gateway.url}${path}`);
  request.on('error', () => undefined);
  await until('the core is asked', () => askers.length === 1);
  expect(askers[0]?.gone.aborted).toBe(false);
  request.destroy();
  await until('it is told that nobody waits', () => askers[0]?.gone.aborted === true);
  answer.resolve();
  expect((await ask(gateway, 'GET', '/healthz')).status).toBe(200);
  expect(gateway.logged).toEqual([]);
});
