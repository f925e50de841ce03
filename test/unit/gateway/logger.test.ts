import { expect, it } from 'vitest';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { secretToken } from '../../support/tokens.ts';

it('a line names its node and holds no secret, alone or inside a request', () => {
  const lines: string[] = [];
  const log = createLogger('info', 'n-test', { write: (line) => void lines.push(line) });
  const headers = { authorization: 'Bearer hush', cookie: 'zeno_login=hush', 'set-cookie': 'hush' };
  log.info({ headers, req: { headers }, token: 'hush', config: { adminToken: 'hush' }, ...headers }, 'hello');
  log.debug('below the level');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hush');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, node: 'n-test', msg: 'hello' });
});

const jwt = await secretToken({ sub: 'ada' });
const login = `1767225600000.${'0a'.repeat(16)}.${'0b'.repeat(32)}`;

it.each([
  [
    'an address with a connect command',
    `/connection/sse?cf_connect=${encodeURIComponent('{"token":"hush"}')}&x=1`,
  ],
  ['an address with a token', '/v1/series?token=hush&since=1'],
  ['a command', '{"connect":{"token":"hush"},"id":1}'],
  ['a command within another text', JSON.stringify(JSON.stringify({ connect: { token: 'hush' } }))],
  ['an encoded command', 'x=%7B%22token%22%3A%22hush%22%7D'],
  ['a header', 'authorization: Bearer hush'],
  ['a cookie', 'a=b; zeno_login=hush; c=d'],
  ['a user’s token', `bad token ${jwt}, sorry`],
  ['a login', `bad login ${login}, sorry`],
])('holds no secret of %s, in a message, a field or an error', (_what, text) => {
  const lines: string[] = [];
  const log = createLogger('info', 'n-test', { write: (line) => void lines.push(line) });
  log.info({ url: text, deep: { in: [text] }, err: new Error(text) }, text);
  const [line = ''] = lines;
  for (const secret of ['hush', jwt, login]) expect(line).not.toContain(secret);
  expect(JSON.parse(line)).toMatchObject({ node: 'n-test', url: expect.stringContaining('[secret]') });
});

it('holds no secret that it was told of, whatever that looks like', () => {
  const lines: string[] = [];
  const known = ['hush "quoted" \\hush', '$1'];
  const log = createLogger('info', 'n-test', { write: (line) => void lines.push(line) }, known);
  log.info({ url: `/${known[0]}/$1` }, `at ${known[0]}`);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ url: '/[secret]/[secret]', msg: 'at [secret]' });
});

it('leaves what is no secret as it is', () => {
  const lines: string[] = [];
  const log = createLogger('info', 'n-test', { write: (line) => void lines.push(line) });
  const text = 'eyes.on.me at 12.5 (hey.you.there), tokens=3, the token is not valid: key=value';
  log.info({ text }, text);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ text, msg: text });
});
