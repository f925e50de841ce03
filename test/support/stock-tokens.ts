/** What a stock client does with tokens that end or are no good: the part of its suite that is about them. */
import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { ask } from './http-client.ts';
import { adminToken } from './node-process.ts';
import { RawClient } from './raw-client.ts';
import { type Stock, stockClient } from './stock-client.ts';

/** A login, which is a token that ends. */
export async function login(url: string): Promise<string> {
  const { headers } = await ask(`${url}/v1/login`, { method: 'POST', body: { token: adminToken } });
  const cookie = /zeno_login=([^;]+)/.exec(String(headers['set-cookie']))?.[1];
  if (cookie === undefined) throw new Error('no login');
  return cookie;
}

/** Against the node at `url`, whose logins end soon. */
export function tokenSuite(stock: Stock, url: () => string): void {
  it('refreshes a token that ends, and stays', async () => {
    let logins = 0;
    const getToken = () => {
      logins += 1;
      return login(url());
    };
    const { client, until, times } = stockClient(stock, url(), { getToken });
    client.connect();
    await until('connected');
    await eventually('a refresh', () => logins >= 2);
    expect([times('connecting'), times('disconnected')]).toEqual([1, 0]);
  });

  it('fetches another token when the one it has is expired', async () => {
    const old = await login(url());
    await eventually('its end', async () => {
      const client = await RawClient.open(url());
      client.say({ connect: { token: old }, id: 1 });
      const { error } = await client.reply(1);
      client.socket.terminate();
      return error?.code === 109;
    });
    const { client, until, times } = stockClient(stock, url(), {
      token: old,
      getToken: () => login(url()),
    });
    client.connect();
    await until('connected');
    expect(times('disconnected')).toBe(0);
    // Without a way to get one 5.0 throws out of its own message handler.
    if (stock.version === '5.0') return;
    const without = stockClient(stock, url(), { token: old });
    without.client.connect();
    await without.until('disconnected');
  });

  it('keeps a subscription by refreshing its token', async () => {
    const { client } = stockClient(stock, url());
    let tokens = 0;
    const kept = client.newSubscription('leibniz', {
      getToken: () => {
        tokens += 1;
        return login(url());
      },
    });
    const left: string[] = [];
    kept.on('unsubscribed', ({ reason }) => left.push(reason));
    kept.subscribe();
    client.connect();
    await eventually('a refresh of the subscription', () => tokens >= 2);
    expect(left).toEqual([]);
  });

  it('stays away after a forged token', async () => {
    const { client, until, happened } = stockClient(stock, url(), { token: 'forged' });
    client.connect();
    await until('disconnected');
    expect(happened.at(-1)).toMatchObject({ what: 'disconnected', code: 3500, reason: 'invalid token' });
  });
}
