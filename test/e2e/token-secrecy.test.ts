/** Whatever a node is told in whichever place, and whatever becomes of it: no token comes out by the log. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask, kill } from '../support/http-client.ts';
import { adminToken, startNode, temporaryFolder } from '../support/node-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { httpStream } from '../support/sse-reader.ts';
import { inSeconds, mayWatchAll, secretToken, tokenSecret } from '../support/tokens.ts';

it('the log at its most talkative holds no token, good or bad, wherever one stood', async () => {
  const env = { ZENO_AUTH: 'jwt', ZENO_JWT_SECRET: tokenSecret, ZENO_LOG: 'trace' };
  const { url, process } = await startNode({ data: temporaryFolder(), env });
  const claims = { sub: 'ada', exp: inSeconds(300), ...mayWatchAll };
  const good = await secretToken(claims);
  const ticket = await secretToken({ ...claims, channel: 'leibniz' });
  const over = await secretToken({ ...claims, exp: inSeconds(-1) });
  const forged = await secretToken(claims, 'another-secret-of-at-least-32-bytes');
  const login = await ask(`${url}/v1/login`, { method: 'POST', body: { token: adminToken } });
  const cookie = /^zeno_login=([^;]+)/.exec(login.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
  expect(cookie).not.toBe('');
  const tokens = [good, ticket, over, forged, adminToken, cookie];

  for (const token of tokens) {
    const said = encodeURIComponent(JSON.stringify({ connect: { token }, id: 1 }));
    const shown = [
      { authorization: `Bearer ${token}` },
      { authorization: token },
      { cookie: `zeno_login=${token}` },
    ];
    for (const headers of shown) {
      await ask(`${url}/v1/series`, { headers });
      await ask(`${url}/v1/series/leibniz/reset`, { method: 'POST', headers });
      await httpStream(`${url}/v1/series/leibniz/events`, { headers }).then(
        (stream) => stream.close(),
        () => {},
      );
    }
    for (const path of [
      `/v1/series?token=${token}`,
      `/v1/series/${token}`,
      `/${token}`,
      `/connection/http_stream?cf_connect=${said}`,
      `/connection/websocket?cf_connect=${said}`,
    ]) {
      await ask(`${url}${path}`);
    }
    await httpStream(`${url}/connection/sse?cf_connect=${said}`).then(
      (stream) => stream.close(),
      () => {},
    );
    for (const body of [{ token }, `{"token":"${token}`, JSON.stringify(token)]) {
      await ask(`${url}/v1/login`, { method: 'POST', body });
    }
    const first = await RawClient.open(url, {
      query: `?cf_connect=${said}`,
      headers: { cookie: `zeno_login=${token}` },
    });
    first.say({ connect: { token }, id: 1 });
    await eventually('an answer', () => first.said.length > 0);
    const second = await RawClient.open(url);
    await second.enter({ token: good });
    second.say(
      { subscribe: { channel: 'leibniz', token }, id: 2 },
      { refresh: { token }, id: 3 },
      { sub_refresh: { channel: 'leibniz', token }, id: 4 },
      { rpc: { data: { token } }, id: 5 },
    );
    await eventually('an answer', () => second.said.length > 1);
    second.socket.send(`garbage ${token}`);
    await second.end();
  }
  await malformed(
    url,
    `GET /v1/series HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${good}\r\nbad header\r\n\r\n`,
  );
  for (const path of ['root/base/auth', 'root/edge']) await kill(url, { path });
  await eventually('the node again', async () => (await ask(`${url}/readyz`)).status === 200);
  expect((await process.stop('SIGTERM')).code).toBe(0);

  const output = process.said();
  expect(output.split('\n').length).toBeGreaterThan(100);
  for (const secret of [...tokens, tokenSecret]) {
    // Neither whole nor by the part that makes it one.
    const proof = secret.slice(secret.lastIndexOf('.') + 1);
    for (const text of [secret, proof]) {
      const line = output.split('\n').find((one) => one.includes(text));
      expect(line, `${text.slice(0, 8)}… stands in the log`).toBeUndefined();
    }
  }
}, 120_000);

/** Sends what no HTTP server can read. */
async function malformed(url: string, text: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {}).write(text);
  await new Promise((resolve) => socket.resume().once('close', resolve));
}
