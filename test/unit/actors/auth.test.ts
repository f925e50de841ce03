import { describe, expect, test } from 'vitest';
import { auth } from '../../../src/actors/auth.ts';
import { identify, identifyTicket } from '../../../src/actors/identify.ts';
import { authName } from '../../../src/actors/names.ts';
import { tokenVerifier } from '../../../src/auth/token-verifier.ts';
import { userOf } from '../../../src/protocols/identity.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
import type { Login } from '../../../src/protocols/ports/service.ts';
import type { OpenVerifier } from '../../../src/protocols/ports/token-verifier.ts';
import type { Answer } from '../../../src/protocols/refusal.ts';
import type { From } from '../../../src/runtime/call.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { mayWatch, secretToken, tokenSecret } from '../../support/tokens.ts';

const adminToken = 'the-token-of-this-stage';
const limits = limitsWith({ logoutsKept: 2, loginMs: 5_000 });
const CALL_MS = 1_000;

/** The keeper of credentials with a real verifier, at the time 1,000 s. `verifier` replaces it by another. */
async function stage(verifier?: OpenVerifier | null) {
  const clock = manualClock(1_000_000);
  const system = createSystem({ name: 'stage', clock, mailboxMax: 1_000 });
  const ofSecret = tokenVerifier({ kind: 'secret', secret: tokenSecret }, { limits, clock, meter: noMeter });
  const openVerifier = verifier === undefined ? ofSecret : verifier;
  const endedLogins = { current: new Map<string, number>() };
  const notes: string[] = [];
  system.onEvent((event) => {
    if (event.type === 'note') notes.push(event.note);
  });
  const lines: object[] = [];
  const log = { debug: (fields: object) => void lines.push(fields) };
  await system.spawn(registry(system), { id: 'registry' });
  const start = () =>
    system.spawn(auth(adminToken, endedLogins, { limits, random: seededRandom(3), openVerifier, log }), {
      id: 'auth',
      name: authName,
    });
  const spawned = await start();
  return {
    clock,
    notes,
    lines,
    endedLogins,
    async restart() {
      if (spawned.ok) system.exit(spawned.pid, 'kill');
      await start();
    },
    byBearer: async (bearer: string) => worth(await identify(system, { bearer, cookie: null }, limits)),
    byCookie: async (cookie: string) => worth(await identify(system, { bearer: null, cookie }, limits)),
    ticket: async (token: string, channel = 'leibniz', user = userOf('ada')) =>
      worth(await identifyTicket(system, { token, channel, user }, limits)),
    async login(token: string): Promise<Answer<Login>> {
      const answer = await system.call(
        authName,
        (from: From<Answer<Login>>) => ({ type: 'login', token, from }),
        CALL_MS,
      );
      if (!answer.ok) throw new Error('no answer');
      return answer.value;
    },
    async logout(cookie: string): Promise<Answer<null>> {
      const answer = await system.call(
        authName,
        (from: From<Answer<null>>) => ({ type: 'logout', cookie, from }),
        CALL_MS,
      );
      if (!answer.ok) throw new Error('no answer');
      return answer.value;
    },
  };
}

function worth<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(answer.detail);
  return answer.value;
}

describe('a user’s token', () => {
  test('names its user, what it permits, and its end', async () => {
    const { byBearer, byCookie } = await stage();
    const token = await secretToken({ sub: 'ada', exp: 1_060, ...mayWatch('leibniz') });
    const ada = {
      kind: 'user',
      user: 'user:ada',
      rights: [{ channels: ['leibniz'], wildcard: false }],
      endsAtMs: 1_060_000,
    };
    expect([await byBearer(token), await byCookie(token)]).toEqual([ada, ada]);
  });

  test('makes an admin of whom it says so, under a name', async () => {
    const { byBearer } = await stage();
    expect(await byBearer(await secretToken({ sub: 'ada', role: 'admin' }))).toEqual({
      kind: 'admin',
      user: 'user:ada',
      endsAtMs: null,
    });
  });

  test('cannot take the name of somebody without one', async () => {
    const { byBearer } = await stage();
    const identity = await byBearer(await secretToken({ sub: 'anonymous@127.0.0.1' }));
    expect(identity).toMatchObject({ user: 'user:anonymous@127.0.0.1' });
  });

  test('is worth nothing once its time is over, or where users have none', async () => {
    const { byBearer, clock } = await stage();
    const token = await secretToken({ sub: 'ada', exp: 1_001 });
    clock.advance(1_000);
    expect(await byBearer(token)).toEqual({ kind: 'expired' });
    const without = await stage(null);
    expect(await without.byBearer(token)).toEqual({ kind: 'unknown' });
    expect((await without.login(token)).ok).toBe(false);
  });

  test('of one channel is no token of a connection, and no login', async () => {
    const { byBearer, login } = await stage();
    const token = await secretToken({ sub: 'ada', channel: 'leibniz', role: 'admin' });
    expect(await byBearer(token)).toEqual({ kind: 'unknown' });
    expect(await login(token)).toMatchObject({ ok: false, code: 'forbidden' });
  });

  test('leaves the admin token what it was', async () => {
    const { byBearer } = await stage();
    expect(await byBearer(adminToken)).toEqual({ kind: 'admin', user: null, endsAtMs: null });
  });
});

describe('the token of a channel', () => {
  test('is worth that channel, to that user, until it ends', async () => {
    const { ticket, clock } = await stage();
    const token = await secretToken({ sub: 'ada', channel: 'leibniz', exp: 1_001 });
    expect(await ticket(token)).toEqual({
      kind: 'user',
      user: 'user:ada',
      rights: [{ channels: ['leibniz'], wildcard: false }],
      endsAtMs: 1_001_000,
    });
    expect(await ticket(token, 'basel')).toEqual({ kind: 'unknown' });
    expect(await ticket(token, 'leibniz', userOf('bob'))).toEqual({ kind: 'unknown' });
    clock.advance(1_000);
    expect(await ticket(token)).toEqual({ kind: 'expired' });
  });

  test('makes no admin, and is not the token of a connection', async () => {
    const { ticket } = await stage();
    const admin = await secretToken({ sub: 'ada', channel: 'leibniz', role: 'admin' });
    expect(await ticket(admin)).toMatchObject({ kind: 'user' });
    expect(await ticket(await secretToken({ sub: 'ada', ...mayWatch('leibniz') }))).toEqual({
      kind: 'unknown',
    });
    expect(await ticket(adminToken)).toMatchObject({ kind: 'admin' });
  });
});

describe('a login by a user’s token', () => {
  test('is the token itself for as long as it lives', async () => {
    const { login, byCookie } = await stage();
    const token = await secretToken({ sub: 'ada', exp: 1_060 });
    expect(await login(token)).toEqual({ ok: true, value: { cookie: token, maxAgeMs: 60_000 } });
    expect(await byCookie(token)).toMatchObject({ kind: 'user', user: 'user:ada' });
    const endless = await secretToken({ sub: 'ada' });
    expect(await login(endless)).toEqual({ ok: true, value: { cookie: endless, maxAgeMs: 5_000 } });
  });

  test('takes a token that is good and that a browser can keep', async () => {
    const { login } = await stage();
    expect(await login('nonsense')).toMatchObject({ ok: false, code: 'forbidden' });
    const over = await secretToken({ sub: 'ada', exp: 1_000 });
    expect(await login(over)).toMatchObject({ ok: false, code: 'unauthorized', expired: true });
    const long = await secretToken({ sub: 'ada', more: 'x'.repeat(4_000) });
    expect(await login(long)).toMatchObject({ ok: false, code: 'payload-too-large' });
  });

  test('stays ended after its end, however its signature is written, and after a restart', async () => {
    const { logout, byBearer, byCookie, restart } = await stage();
    const token = await secretToken({ sub: 'ada', exp: 1_060 });
    const other = await secretToken({ sub: 'bob', exp: 1_060 });
    expect(await logout(token)).toEqual({ ok: true, value: null });
    await restart();
    const rewritten = spellings(token);
    expect(rewritten.length).toBeGreaterThan(1);
    for (const spelling of rewritten) expect(await byCookie(spelling)).toEqual({ kind: 'unknown' });
    expect(await byBearer(token)).toEqual({ kind: 'unknown' });
    expect(await byCookie(other)).toMatchObject({ kind: 'user' });
  });

  test('that is not good is not remembered; of those that are, so many', async () => {
    const { logout, endedLogins, byCookie } = await stage();
    for (const token of ['x', await secretToken({ sub: 'ada' }, `${tokenSecret}!`)]) {
      expect(await logout(token)).toEqual({ ok: true, value: null });
    }
    expect(endedLogins.current.size).toBe(0);
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => secretToken({ sub })));
    for (const token of tokens) await logout(token);
    const kinds = await Promise.all(tokens.map(async (token) => (await byCookie(token)).kind));
    expect(kinds).toEqual(['user', 'unknown', 'unknown']);
  });
});

describe('why a token is refused', () => {
  test('goes into the log, and nothing of the token does', async () => {
    const { byBearer, byCookie, ticket, login, logout, lines } = await stage();
    const token = await secretToken({ sub: 'ada' });
    await logout(token);
    const ofAdmin = await login(adminToken);
    if (!ofAdmin.ok) throw new Error(ofAdmin.detail);
    await logout(ofAdmin.value.cookie);
    const ofLeibniz = await secretToken({ sub: 'ada', channel: 'leibniz' });
    await byBearer(await secretToken({ sub: 'ada' }, `${tokenSecret}!`));
    await byBearer(token);
    await byCookie(ofAdmin.value.cookie);
    await byBearer(ofLeibniz);
    await login(ofLeibniz);
    await ticket(ofLeibniz, 'basel');
    await ticket(ofLeibniz, 'leibniz', userOf('bob'));
    await ticket(await secretToken({ sub: 'eve' }));
    expect(lines).toEqual([
      { asked: 'identify', reason: 'wrong signature' },
      { asked: 'identify', reason: 'logged out' },
      { asked: 'identify', reason: 'logged out' },
      { asked: 'identify', reason: 'of one channel' },
      { asked: 'login', reason: 'of one channel' },
      { asked: 'ticket', reason: 'of another channel' },
      { asked: 'ticket', reason: 'of another user' },
      { asked: 'ticket', reason: 'of no channel' },
    ]);
  });

  test('is that users have none, where they have none', async () => {
    const { byBearer, login, lines } = await stage(null);
    await byBearer('somebody’s');
    await login('somebody’s');
    const reason = 'neither the admin token nor a login made with it';
    expect(lines).toEqual([
      { asked: 'identify', reason },
      { asked: 'login', reason },
    ]);
  });

  test('is nothing to tell of a good one, or of one whose time is over', async () => {
    const { byBearer, lines } = await stage();
    await byBearer(await secretToken({ sub: 'ada' }));
    await byBearer(await secretToken({ sub: 'ada', exp: 1_000 }));
    await byBearer(adminToken);
    expect(lines).toEqual([]);
  });
});

describe('while the keys don’t come', () => {
  const why = 'the answer had status 500';
  const failing: OpenVerifier = () => ({
    verify: async () => ({ kind: 'unavailable', why }),
    close: () => {},
  });

  test('users are told nothing about their tokens, and the feed says why once', async () => {
    const { byBearer, ticket, login, logout, notes } = await stage(failing);
    expect([await byBearer('t'), await ticket('t')]).toEqual([
      { kind: 'unavailable' },
      { kind: 'unavailable' },
    ]);
    for (const answer of [await login('t'), await logout('t')]) {
      expect(answer).toMatchObject({ ok: false, code: 'not-ready' });
    }
    expect(notes).toEqual([`down: keys of tokens: ${why}`]);
  });

  test('the admin is not kept waiting', async () => {
    const { byBearer, login } = await stage(() => ({ verify: () => new Promise(() => {}), close: () => {} }));
    void byBearer('a user’s');
    expect(await byBearer(adminToken)).toMatchObject({ kind: 'admin' });
    expect((await login(adminToken)).ok).toBe(true);
  });
});

/** All ways to write a token's signature: the last digit of base64url has bits that mean nothing. */
function spellings(token: string): string[] {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const bytes = (text: string) =>
    Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url').toString('hex');
  return [...digits]
    .map((digit) => token.slice(0, -1) + digit)
    .filter((other) => bytes(other) === bytes(token));
}
