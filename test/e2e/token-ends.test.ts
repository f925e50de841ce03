/** Tokens that end, as a client sees it that says no more than it is told to. */
import { expect, it, onTestFinished } from 'vitest';
import { RawClient } from '../support/raw-client.ts';
import { sharedNode } from '../support/shared-node.ts';
import { suiteLimits } from '../support/stock-suite.ts';
import { login } from '../support/stock-tokens.ts';

const node = sharedNode({ limits: suiteLimits });

it('a token that nobody refreshes ends its connection after the grace', async () => {
  const token = await login(node.url);
  const client = await RawClient.open(node.url);
  const { connect } = await client.enter({ token });
  expect(connect).toMatchObject({ expires: true, ttl: expect.any(Number) });
  const pongs = setInterval(() => client.say({}), 200);
  onTestFinished(() => clearInterval(pongs));
  expect(await client.end()).toEqual({ code: 3005, reason: 'connection expired' });
});

it('a subscription whose token nobody refreshes is ended after the grace, and its connection stays', async () => {
  const client = await RawClient.open(node.url);
  await client.enter();
  const pongs = setInterval(() => client.say({}), 200);
  onTestFinished(() => clearInterval(pongs));
  client.say({ subscribe: { channel: 'leibniz', token: await login(node.url) }, id: 2 });
  expect(await client.subscribed(2)).toMatchObject({ expires: true, ttl: 1 });
  await client.find('the end', () =>
    client.pushed('leibniz').some((push) => push.unsubscribe?.code === 2501),
  );
  client.say({ ping: {}, id: 3 });
  expect(await client.reply(3)).toEqual({ id: 3, ping: {} });
});

it('a refresh with an expired token is an error, with a forged one the end', async () => {
  const old = await login(node.url);
  await new Promise((resolve) => setTimeout(resolve, suiteLimits.loginMs + 50));
  const client = await RawClient.open(node.url);
  await client.enter({ token: await login(node.url) });
  client.say({ refresh: { token: old }, id: 2 });
  expect(await client.reply(2)).toMatchObject({ error: { code: 109 } });
  client.say({ refresh: { token: await login(node.url) }, id: 3 });
  expect(await client.reply(3)).toEqual({ id: 3, refresh: { expires: true, ttl: 1 } });
  client.say({ refresh: { token: 'forged' }, id: 4 });
  expect(await client.end()).toEqual({ code: 3500, reason: 'invalid token' });
});
