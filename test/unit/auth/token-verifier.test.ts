/** Tokens that jose has signed, against the verifier of a secret. Public keys: see test/integration/auth. */
import { base64url, UnsecuredJWT } from 'jose';
import { expect, it } from 'vitest';
import { tokenVerifier } from '../../../src/auth/token-verifier.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { keyPair, mayWatch, pairToken, secretToken, tokenSecret } from '../../support/tokens.ts';

const startMs = 1_000_000;
const clock = manualClock(startMs);
const open = tokenVerifier(
  { kind: 'secret', secret: tokenSecret },
  { limits: limitsWith({}), clock, meter: noMeter },
);
const verdictOn = (token: string) => open().verify(token);
const kindOf = async (token: string) => (await verdictOn(token)).kind;

it('a token signed with the secret is valid and says whom it is of, and what for', async () => {
  const token = await secretToken({ sub: 'ada', exp: 1_060, ...mayWatch('leibniz') });
  expect(await verdictOn(token)).toEqual({
    kind: 'valid',
    claims: {
      subject: 'ada',
      admin: false,
      endsAtMs: 1_060_000,
      channel: null,
      grants: [{ channels: ['leibniz'], wildcard: false }],
    },
  });
});

it('another secret, another algorithm, a key pair, or no signature at all is none of ours', async () => {
  const claims = { sub: 'ada' };
  expect(await kindOf(await secretToken(claims, `${tokenSecret}.`))).toBe('invalid');
  expect(await kindOf(await secretToken(claims, tokenSecret, 'HS512'))).toBe('invalid');
  expect(await kindOf(await pairToken(await keyPair('ES256', 'k'), claims))).toBe('invalid');
  expect(await kindOf(new UnsecuredJWT(claims).encode())).toBe('invalid');
  const none = base64url.encode('{"alg":"none"}');
  const [, body = '', signature = ''] = (await secretToken(claims)).split('.');
  expect(await kindOf(`${none}.${body}.${signature}`)).toBe('invalid');
  expect(await kindOf(`${none}.${body}.`)).toBe('invalid');
});

it('a token that was changed in what it says is invalid', async () => {
  const [header = '', , signature = ''] = (await secretToken({ sub: 'ada' })).split('.');
  const admin = base64url.encode('{"sub":"ada","role":"admin"}');
  expect(await kindOf(`${header}.${admin}.${signature}`)).toBe('invalid');
});

it.each(['', 'a', 'a.b', 'a.b.c', '..', '.'.repeat(1_000), 'eyJhbGciOiJIUzI1NiJ9..'])(
  'a text that is no token (%j) is invalid',
  async (text) => {
    expect(await kindOf(text)).toBe('invalid');
  },
);

it('a token ends at its exp, to the millisecond, and does not begin before its nbf', async () => {
  const kinds = async (claims: object) => kindOf(await secretToken({ sub: 'ada', ...claims }));
  expect(await kinds({ exp: 1_000 })).toBe('expired');
  expect(await kinds({ exp: 1_000.001 })).toBe('valid');
  expect(await kinds({ exp: 1_001, nbf: 1_000 })).toBe('valid');
  expect(await kinds({ exp: 1_002, nbf: 1_001 })).toBe('invalid');
  expect(await kinds({})).toBe('valid');
  const token = await secretToken({ sub: 'ada', exp: 1_000.5 });
  clock.advance(499);
  expect(await kindOf(token)).toBe('valid');
  clock.advance(1);
  expect(await kindOf(token)).toBe('expired');
});

it('says why a token is invalid, in words of its own and without what stands in the token', async () => {
  const { privateKey, ...pair } = await keyPair('ES256', 'k');
  const cases: readonly (readonly [string, string])[] = [
    [await secretToken({ sub: 'ada' }, `${tokenSecret}.`), 'wrong signature'],
    [await secretToken({ sub: 'ada' }, tokenSecret, 'HS512'), 'algorithm not allowed'],
    [await pairToken({ privateKey, ...pair }, { sub: 'ada' }), 'algorithm not allowed'],
    [await secretToken({ sub: 'ada', nbf: 1_000_000_000 }), 'not yet valid'],
    [await secretToken({ name: 'ada' }), 'no sub'],
    [await secretToken({ sub: '' }), 'sub malformed'],
    [await secretToken(JSON.parse('{"sub":"ada","nbf":"soon"}')), 'nbf malformed'],
    [await secretToken(JSON.parse('{"sub":"ada","caps":["leibniz"]}')), 'caps malformed'],
    [await secretToken(JSON.parse('{"sub":"ada","caps":[{"channels":"*"}]}')), 'caps malformed'],
    ['hush', 'no signed JWT'],
  ];
  for (const [token, reason] of cases) expect(await verdictOn(token)).toEqual({ kind: 'invalid', reason });
});

it('a token without a subject is nobody’s', async () => {
  expect(await kindOf(await secretToken({}))).toBe('invalid');
  expect(await kindOf(await secretToken({ sub: '' }))).toBe('invalid');
});
