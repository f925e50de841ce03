import { describe, expect, test } from 'vitest';
import { endLogin, identify, makeLogin, sameText } from '../../../src/actors/credentials.ts';
import type { Ended } from '../../../src/actors/ended.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const token = 'the-right-token-of-this-start';
const nobody: Ended = new Map();
const random = seededRandom(1);
const login = () => makeLogin(token, 1_000, 500, random).cookie;
const byCookie = (cookie: string, ended = nobody, nowMs = 1_000) =>
  identify({ bearer: null, cookie }, token, ended, nowMs).kind;

describe('an admin is', () => {
  test('who bears the token, to the letter', () => {
    const bearing = (bearer: string) => identify({ bearer, cookie: null }, token, nobody, 0).kind;
    expect(bearing(token)).toBe('admin');
    for (const wrong of ['', token.slice(1), `${token} `, token.toUpperCase()]) {
      expect(bearing(wrong)).toBe('unknown');
    }
  });

  test('who carries a login, until it ends', () => {
    const cookie = login();
    expect(byCookie(cookie, nobody, 1_499)).toBe('admin');
    expect(byCookie(cookie, nobody, 1_500)).toBe('expired');
  });

  test('nobody with a login that was changed in any character, or made with another token', () => {
    const cookie = login();
    for (let at = 0; at < cookie.length; at += 1) {
      const other = cookie[at] === '1' ? '2' : '1';
      expect(byCookie(`${cookie.slice(0, at)}${other}${cookie.slice(at + 1)}`), `character ${at}`).toBe(
        'unknown',
      );
    }
    expect(byCookie(makeLogin('another-token-of-before', 1_000, 500, random).cookie)).toBe('unknown');
  });

  test('nobody who shows nothing, and a wrong token is not mended by a right login', () => {
    expect(identify({ bearer: null, cookie: null }, token, nobody, 0).kind).toBe('anonymous');
    expect(identify({ bearer: 'wrong', cookie: login() }, token, nobody, 1_000).kind).toBe('unknown');
  });
});

describe('a login that was ended', () => {
  test('is no login any more, and others of the same token are', () => {
    const [one, two] = [login(), login()];
    const ended = endLogin(nobody, one, token, 1_000, 10);
    expect([byCookie(one, ended), byCookie(two, ended)]).toEqual(['unknown', 'admin']);
  });

  test('is remembered until it would have ended by itself, and the oldest are forgotten first', () => {
    const early = endLogin(nobody, login(), token, 1_000, 2);
    const late = makeLogin(token, 2_000, 500, random).cookie;
    expect(endLogin(early, late, token, 2_000, 2).size).toBe(1);
    const [a, b, c] = [login(), login(), login()];
    const ended = [a, b, c].reduce((so, cookie) => endLogin(so, cookie, token, 1_000, 2), nobody);
    expect([a, b, c].map((cookie) => byCookie(cookie, ended))).toEqual(['admin', 'unknown', 'unknown']);
  });

  test('has to be one: what is no login of this token is not remembered', () => {
    expect(endLogin(nobody, 'anything', token, 0, 2)).toBe(nobody);
    expect(endLogin(nobody, `9.${'0'.repeat(32)}.${'0'.repeat(64)}`, token, 0, 2)).toBe(nobody);
  });
});

test('two texts are the same only if they are, whatever their lengths', () => {
  expect([sameText('a', 'a'), sameText('a', 'b'), sameText('a', 'aa'), sameText('', '')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
