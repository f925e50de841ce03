/** Tokens of an issuer that publishes its keys, by a real server: rotation, forgers, and days when it does not answer. */
import { SignJWT } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { tokenVerifier } from '../../../src/auth/token-verifier.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
import { eventually } from '../../support/eventually.ts';
import {
  inSeconds,
  type KeyServer,
  keyPair,
  keyServer,
  pairToken,
  secretToken,
} from '../../support/tokens.ts';

const claims = { sub: 'ada', exp: inSeconds(600) };

function verifierOf(server: KeyServer, limits: Partial<Limits> = {}) {
  const limited: string[] = [];
  const meter = { ...noMeter, limited: (limit: string) => void limited.push(limit) };
  const ports = { limits: limitsWith(limits), clock: systemClock, meter };
  const open = tokenVerifier({ kind: 'jwks', url: server.url }, ports);
  const verifier = open();
  onTestFinished(() => verifier.close());
  return { open, limited, verdictOn: (token: string) => verifier.verify(token) };
}

it.each(['RS256', 'PS512', 'ES256', 'ES384', 'EdDSA'])('a token signed by %s is valid', async (alg) => {
  const pair = await keyPair(alg, 'k1');
  const { verdictOn } = verifierOf(await keyServer([pair.publicJwk]));
  expect(await verdictOn(await pairToken(pair, claims))).toMatchObject({
    kind: 'valid',
    claims: { subject: 'ada' },
  });
  const other = await keyPair(alg, 'k1');
  expect(await verdictOn(await pairToken(other, claims))).toEqual({
    kind: 'invalid',
    reason: 'wrong signature',
  });
});

it('a public key is no secret: what is signed with one by HS256 is invalid, and asks for no keys', async () => {
  const pair = await keyPair('RS256', 'k1');
  const server = await keyServer([pair.publicJwk]);
  const { verdictOn } = verifierOf(server);
  const reason = 'algorithm not allowed';
  for (const secret of [JSON.stringify(pair.publicJwk), pair.publicJwk.n ?? '']) {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(new TextEncoder().encode(secret));
    expect(await verdictOn(token)).toEqual({ kind: 'invalid', reason });
  }
  expect(await verdictOn(await secretToken(claims))).toEqual({ kind: 'invalid', reason });
  expect(server.asked).toBe(0);
});

it('keys are fetched once for all tokens, and again for a key that came later', async () => {
  const [old, next] = [await keyPair('ES256', 'old'), await keyPair('ES256', 'next')];
  const server = await keyServer([old.publicJwk]);
  const { verdictOn } = verifierOf(server, { jwksCooldownMs: 1 });
  const tokens = await Promise.all([1, 2, 3].map(() => pairToken(old, claims)));
  const kinds = await Promise.all(tokens.map(async (token) => (await verdictOn(token)).kind));
  expect([kinds, server.asked]).toEqual([['valid', 'valid', 'valid'], 1]);
  server.keys = [old.publicJwk, next.publicJwk];
  const rotated = await pairToken(next, claims);
  await eventually('the new key', async () => (await verdictOn(rotated)).kind === 'valid');
  server.keys = [next.publicJwk];
  expect((await verdictOn(await pairToken(old, claims))).kind).toBe('valid');
});

it('invented keys make us fetch once in a cooldown, and who comes within it is told to come back', async () => {
  const pair = await keyPair('ES256', 'known');
  const server = await keyServer([pair.publicJwk]);
  const { verdictOn } = verifierOf(server, { jwksCooldownMs: 60_000 });
  const invented = await pairToken(await keyPair('ES256', 'invented'), claims);
  expect(await verdictOn(invented)).toEqual({ kind: 'invalid', reason: 'no key of the issuer fits it' });
  for (let time = 0; time < 10; time += 1) {
    expect(await verdictOn(invented)).toEqual({ kind: 'unavailable', why: null });
  }
  expect(server.asked).toBe(1);
  expect((await verdictOn(await pairToken(pair, claims))).kind).toBe('valid');
});

it.each<[string, KeyServer['keys'], RegExp, limits?: string[]]>([
  ['answers 500', (response) => response.writeHead(500).end('{"keys":[]}'), /status 500/],
  ['sends elsewhere', (response) => response.writeHead(302, { location: '/' }).end(), /status 302/],
  ['answers what is no JSON', (response) => response.end('<html>'), /JSON/],
  ['answers what is no set of keys', (response) => response.end('{"keys":7}'), /malformed/i],
  ['cuts the connection', (response) => response.destroy(), /fetch failed/],
  [
    'answers without end',
    (response) => response.end(`{"keys":[],"x":"${'y'.repeat(5_000)}"}`),
    /than 4000 bytes/,
    ['jwksBytes'],
  ],
])(
  'while the issuer %s, nothing is said of a token; then it is valid',
  async (_what, keys, why, limits = []) => {
    const pair = await keyPair('ES256', 'k1');
    const server = await keyServer(keys);
    const { verdictOn, limited } = verifierOf(server, { jwksRetryMs: 100, jwksBytes: 4_000 });
    const token = await pairToken(pair, claims);
    expect(await verdictOn(token)).toEqual({ kind: 'unavailable', why: expect.stringMatching(why) });
    expect(limited).toEqual(limits);
    server.keys = [pair.publicJwk];
    await eventually('the keys', async () => (await verdictOn(token)).kind === 'valid');
  },
);

it('an issuer that fails is left alone for a while, however many tokens come', async () => {
  const server = await keyServer((response) => response.writeHead(500).end());
  const { verdictOn } = verifierOf(server, { jwksRetryMs: 60_000 });
  const token = await pairToken(await keyPair('ES256', 'k1'), claims);
  for (let time = 0; time < 10; time += 1) expect((await verdictOn(token)).kind).toBe('unavailable');
  expect(server.asked).toBe(1);
});

it('an issuer that hangs is given up after its time, which is counted', async () => {
  const server = await keyServer(() => {});
  const { verdictOn, limited } = verifierOf(server, { jwksMs: 50 });
  const token = await pairToken(await keyPair('ES256', 'k1'), claims);
  expect(await verdictOn(token)).toMatchObject({ kind: 'unavailable' });
  expect(limited).toEqual(['jwksMs']);
});

it('what is asked of a verifier that is closed ends at once', async () => {
  const server = await keyServer(() => {});
  const { open } = verifierOf(server, { jwksMs: 60_000 });
  const verifier = open();
  const verdict = verifier.verify(await pairToken(await keyPair('ES256', 'k1'), claims));
  await eventually('the request', () => server.asked === 1);
  verifier.close();
  expect((await verdict).kind).toBe('unavailable');
});

it('the next verifier has the keys that the one before has fetched', async () => {
  const pair = await keyPair('ES256', 'k1');
  const server = await keyServer([pair.publicJwk]);
  const { open, verdictOn } = verifierOf(server);
  const token = await pairToken(pair, claims);
  await verdictOn(token);
  server.keys = (response) => response.writeHead(500).end();
  expect((await open().verify(token)).kind).toBe('valid');
});

it('a key that is too short to be trusted makes no token valid', async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 1_024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    true,
    ['sign', 'verify'],
  );
  const jwk = await crypto.subtle.exportKey('jwk', publicKey);
  const { verdictOn } = verifierOf(await keyServer([{ ...jwk, kty: 'RSA', kid: 'weak', alg: 'RS256' }]));
  const head = Buffer.from('{"alg":"RS256","kid":"weak"}').toString('base64url');
  const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const signature = await crypto.subtle.sign(
    'RSASSA-PKCS1-v1_5',
    privateKey,
    new TextEncoder().encode(signed),
  );
  const token = `${signed}.${Buffer.from(signature).toString('base64url')}`;
  expect((await verdictOn(token)).kind).toBe('invalid');
});
