/**
 * What every stock client of the protocol has to find, whatever its version, build and transport: one suite, run by a
 * test file for each way to connect, against a real node.
 */
import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { ask, bearer, kill, sessionsOf } from './http-client.ts';
import { startNode, temporaryFolder } from './node-process.ts';
import { RawClient } from './raw-client.ts';
import { sharedNode } from './shared-node.ts';
import { assertUnbroken, type Stock, stockClient, told } from './stock-client.ts';
import { tokenSuite } from './stock-tokens.ts';

export const suiteLimits = {
  loginMs: 1_000,
  refreshGraceMs: 600,
  pingMs: 1_000,
  pongMs: 400,
  historyEstimates: 40,
  historyMs: 1,
};

export function stockSuite(stocks: readonly Stock[]): void {
  const node = sharedNode({ limits: suiteLimits });

  describe.each(stocks)('the stock client $version in $build over $transport', (stock) => {
    it('connects, subscribes to several channels at once, and gets estimates without a gap', async () => {
      const { client, watch, until } = stockClient(stock, node.url);
      const [leibniz, basel, lobby] = [watch('leibniz'), watch('basel'), watch('lobby')];
      client.connect();
      await until('connected');
      await Promise.all([leibniz.more(5), basel.more(5), lobby.more(1)]);
      assertUnbroken(leibniz.publications);
      assertUnbroken(basel.publications);
      expect(leibniz.subscribed[0]).toMatchObject({ wasRecovering: false, recovered: false });
    });

    it('comes back and recovers when its session is killed, and loses nothing', async () => {
      const { client, watch, happened, until } = stockClient(stock, node.url);
      const leibniz = watch('leibniz');
      client.connect();
      await leibniz.more(3);
      for (const path of await sessionsOf(node.url)) await kill(node.url, { path });
      await until('connecting', 2);
      expect(happened.findLast(({ what }) => what === 'connecting')).toMatchObject({
        code: 3004,
        reason: 'internal server error',
      });
      await leibniz.more(5);
      expect(leibniz.subscribed.at(-1)).toMatchObject({ wasRecovering: true, recovered: true });
      assertUnbroken(leibniz.publications);
    });

    it('recovers where it left off after unsubscribe and subscribe', async () => {
      const { client, watch } = stockClient(stock, node.url);
      const leibniz = watch('leibniz');
      client.connect();
      await leibniz.more(3);
      leibniz.subscription.unsubscribe();
      leibniz.subscription.subscribe();
      await leibniz.more(3);
      expect(leibniz.subscribed.at(-1)).toMatchObject({ wasRecovering: true, recovered: true });
      assertUnbroken(leibniz.publications);
    });

    it('is told when its position is too old, and begins anew with a snapshot', async () => {
      const witness = stockClient(stock, node.url);
      const running = witness.watch('leibniz');
      witness.client.connect();
      await running.more(2);
      await eventually(
        'a history that has been cut',
        async () => (running.publications.at(-1)?.offset ?? 0) > 45,
      );
      const epoch = running.subscribed[0]?.streamPosition?.epoch ?? '';
      const { client, watch } = stockClient(stock, node.url);
      const old = watch('leibniz', { since: { offset: 1, epoch } });
      client.connect();
      await old.more(3);
      expect(old.subscribed[0]).toMatchObject({ wasRecovering: true, recovered: false });
      expect(old.publications[0]?.offset).toBeGreaterThan(40);
      assertUnbroken(old.publications);
    });

    it('answers pings, and so stays for many of them', async () => {
      const { client, watch, times, until } = stockClient(stock, node.url);
      const quiet = watch('nothing-of-interest');
      client.connect();
      await until('connected');
      const witness = await RawClient.open(node.url);
      await witness.enter();
      // It answers none of its own, and is let go for it, while the other stays.
      expect(await witness.end()).toEqual({ code: 3012, reason: 'no pong' });
      expect(quiet.left.at(-1)).toMatchObject({ what: 'unsubscribed', code: 102 });
      expect(times('connecting')).toBe(1);
    });

    tokenSuite(stock, () => node.url);

    it('subscribes anew by itself when its run is reset, and gets a snapshot of the new epoch', async () => {
      const { client, watch } = stockClient(stock, node.url);
      const basel = watch('basel');
      client.connect();
      await basel.more(3);
      const before = basel.subscribed[0]?.streamPosition?.epoch;
      expect(
        (await ask(`${node.url}/v1/series/basel/reset`, { method: 'POST', headers: bearer })).status,
      ).toBe(200);
      await eventually('a second subscribe', () => basel.subscribed.length === 2);
      await basel.more(3);
      expect(basel.left.at(-1)).toMatchObject({ what: 'subscribing', code: 2500 });
      expect(basel.subscribed[1]).toMatchObject({ wasRecovering: true, recovered: false });
      expect(basel.subscribed[1]?.streamPosition?.epoch).not.toBe(before);
      expect(basel.subscribed).toHaveLength(2);
    });

    it('is told the state of its run beside the estimates', async () => {
      const { client, watch, messages } = stockClient(stock, node.url);
      const created = await ask(`${node.url}/v1/series/leibniz/runs`, { method: 'POST', body: {} });
      const { run } = JSON.parse(created.text);
      const own = watch(run);
      client.connect();
      await own.more(2);
      await ask(`${node.url}/v1/series/${run}`, { method: 'PATCH', body: { paused: true } });
      await eventually('the state', () => messages.length > 0);
      expect(messages[0]).toEqual({ run, state: 'paused', reason: null });
      await ask(`${node.url}/v1/series/${run}`, { method: 'DELETE' });
      await eventually('the end', () => own.left.at(-1)?.what === 'unsubscribed');
      expect(own.left.at(-1)).toMatchObject({ code: 2000 });
    });

    it('is sent away by a drain with words that bring it back, and recovers', async () => {
      const data = temporaryFolder();
      const first = await startNode({ data });
      const { port } = new URL(first.url);
      const { client, watch, happened } = stockClient(stock, first.url);
      const leibniz = watch('leibniz');
      client.connect();
      await leibniz.more(3);
      await first.process.stop('SIGTERM');
      expect(happened.filter(({ what }) => what === 'connecting')[1]).toMatchObject({
        code: 3001,
        reason: 'shutdown',
      });
      await startNode({ data, env: { ZENO_PORT: port } });
      await leibniz.more(5);
      expect(leibniz.subscribed.at(-1)).toMatchObject({ recovered: true });
      assertUnbroken(leibniz.publications);
    });

    it('loses nothing when its node is killed, and comes back to the next one', async () => {
      const data = temporaryFolder();
      const first = await startNode({ data });
      const { port } = new URL(first.url);
      const { client, watch } = stockClient(stock, first.url);
      const leibniz = watch('leibniz');
      client.connect();
      await leibniz.more(3);
      await first.process.stop('SIGKILL');
      await startNode({ data, env: { ZENO_PORT: port } });
      await leibniz.more(5);
      expect(leibniz.subscribed.at(-1)).toMatchObject({ wasRecovering: true, recovered: true });
      assertUnbroken(leibniz.publications);
    });

    it('notices a node that has gone mute, and recovers when it speaks again', async () => {
      const { client, watch, until, happened } = stockClient(stock, node.url, { maxServerPingDelay: 300 });
      const leibniz = watch('leibniz');
      client.connect();
      await leibniz.more(2);
      node.process.signal('SIGSTOP');
      try {
        await until('connecting', 2);
      } finally {
        node.process.signal('SIGCONT');
      }
      expect(happened.findLast(({ what }) => what === 'connecting')).toMatchObject({
        code: 2,
        reason: 'no ping',
      });
      await leibniz.more(3);
      expect(leibniz.subscribed.at(-1)).toMatchObject({ wasRecovering: true, recovered: true });
      assertUnbroken(leibniz.publications);
    });

    it('reads history and counts who watches, and is told what there is not', async () => {
      const { client, watch, until } = stockClient(stock, node.url);
      const leibniz = watch('leibniz');
      client.connect();
      await leibniz.more(3);
      const { publications, epoch, offset } = await leibniz.subscription.history({ limit: 2, reverse: true });
      expect(publications.map((publication) => publication.offset)).toEqual([offset, offset - 1]);
      expect(publications.map(({ data }) => told(data))).toMatchObject([
        { run: 'leibniz' },
        { run: 'leibniz' },
      ]);
      expect(epoch).toBe(leibniz.subscribed[0]?.streamPosition?.epoch);
      expect(await leibniz.subscription.presenceStats()).toEqual({ numClients: 1, numUsers: 1 });
      expect(await client.presenceStats('catalan')).toEqual({ numClients: 0, numUsers: 0 });
      await until('connected');
      await expect(client.rpc('dance', {})).rejects.toMatchObject({ code: 104 });
      await expect(client.publish('leibniz', {})).rejects.toMatchObject({ code: 108 });
      await expect(client.history('nothing', { limit: 1 })).rejects.toMatchObject({ code: 102 });
      await expect(
        client.history('leibniz', { limit: 1, since: { offset: 1, epoch: 'x' } }),
      ).rejects.toMatchObject({
        code: 112,
      });
      const nothing = watch('nothing');
      await eventually('the refusal', () => nothing.left.at(-1)?.what === 'unsubscribed');
      expect(nothing.left.at(-1)).toMatchObject({ code: 102, reason: 'unknown channel' });
    });

    it('gets an answer to each of fifty commands that it says at once', async () => {
      const { client, until } = stockClient(stock, node.url);
      client.connect();
      await until('connected');
      client.startBatching();
      const asked = Array.from({ length: 50 }, () => client.presenceStats('catalan'));
      client.stopBatching();
      expect(await Promise.all(asked)).toHaveLength(50);
    });

    it('gets whole estimates where it asks for deltas, and a snapshot where its epoch never was', async () => {
      const { client, watch } = stockClient(stock, node.url);
      const whole = watch('leibniz', { delta: 'fossil' });
      const lost = watch('basel', { since: { offset: 0, epoch: '_' } });
      client.connect();
      await Promise.all([whole.more(4), lost.more(2)]);
      expect(whole.publications.at(-1)).toMatchObject({ data: { run: 'leibniz' } });
      assertUnbroken(whole.publications);
      expect(lost.subscribed[0]).toMatchObject({ wasRecovering: true, recovered: false });
    });
  });
}
