import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayWatch, type Rights } from '../../../src/protocols/rights.ts';
import { readClaims } from '../../../src/protocols/wire/claims.ts';

const exactly = (...channels: string[]): Rights => [{ channels, wildcard: false }];
const like = (...channels: string[]): Rights => [{ channels, wildcard: true }];

describe('rights', () => {
  it('to everything permit every channel, and none permit none', () => {
    expect([mayWatch('everything', 'leibniz'), mayWatch([], 'leibniz')]).toEqual([true, false]);
  });

  it('without a wildcard are to the letter, a star included', () => {
    const rights = exactly('leibniz', '*');
    expect(['leibniz', 'leibniz~ab12', 'Leibniz', '*', ''].map((name) => mayWatch(rights, name))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it.each([
    ['*', 'anything', true],
    ['*', '', true],
    ['leibniz~*', 'leibniz~ab12', true],
    ['leibniz~*', 'leibniz', false],
    ['leibniz*', 'leibniz', true],
    ['*~*', 'basel~ab12', true],
    ['*~*', 'basel', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'abc', true],
    ['a*bc*c', 'abc', false],
    ['a.c', 'abc', false],
    ['', '', true],
    ['', 'a', false],
  ])('with the wildcard %j, of %j it is %s', (pattern, channel, permitted) => {
    expect(mayWatch(like(pattern), channel)).toBe(permitted);
  });

  it('with a wildcard are what the regular expression of the same meaning finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '~', '*', '.'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (pattern, channel) => {
        const escaped = pattern.split('*').map((piece) => piece.replaceAll('.', '\\.'));
        const expected = new RegExp(`^${escaped.join('.*')}$`).test(channel);
        expect(mayWatch(like(pattern), channel)).toBe(expected);
      }),
    );
  });

  it('are decided at once for a pattern that is all stars', () => {
    expect(mayWatch(like('*a'.repeat(4_000)), 'a'.repeat(3_999))).toBe(false);
  });
});

describe('claims', () => {
  const grantsOf = (caps: unknown) => readClaims({ sub: 'u', caps })?.grants;

  it('name a user, an end, a role, one channel and capabilities', () => {
    const caps = [
      { channels: ['leibniz', 'lobby'], allow: ['sub'] },
      { channels: ['leibniz~*'], match: 'wildcard', allow: ['pub', 'sub'] },
    ];
    expect(
      readClaims({ sub: 'u', exp: 1.5, role: 'admin', channel: 'basel', caps, iat: 1, aud: 'x' }),
    ).toEqual({
      subject: 'u',
      admin: true,
      endsAtMs: 1_500,
      channel: 'basel',
      grants: [
        { channels: ['leibniz', 'lobby'], wildcard: false },
        { channels: ['leibniz~*'], wildcard: true },
      ],
    });
    expect(readClaims({ sub: 'u' })).toEqual({
      subject: 'u',
      admin: false,
      endsAtMs: null,
      channel: null,
      grants: [],
    });
  });

  it('grant nothing by a capability without the right to subscribe, or of a match that is not known', () => {
    expect(grantsOf([{ channels: ['*'], match: 'wildcard', allow: ['pub', 'hst'] }])).toEqual([]);
    expect(grantsOf([{ channels: ['.*'], match: 'regex', allow: ['sub'] }])).toEqual([]);
  });

  it.each([
    [{}],
    [{ sub: '' }],
    [{ sub: 7 }],
    [{ sub: 'u'.repeat(256) }],
    [{ sub: 'u', exp: 'tomorrow' }],
    [{ sub: 'u', exp: -1 }],
    [{ sub: 'u', exp: 1e300 }],
    [{ sub: 'u', caps: {} }],
    [{ sub: 'u', caps: [{ channels: 'leibniz', allow: ['sub'] }] }],
    [{ sub: 'u', caps: [{ channels: ['leibniz'] }] }],
    [{ sub: 'u', channel: '' }],
    [{ sub: 'u', role: ['admin'] }],
    [null],
  ])('are none if they are %j', (payload) => {
    expect(readClaims(payload)).toBeNull();
  });

  it('make an admin of no other role', () => {
    expect(readClaims({ sub: 'u', role: 'Admin' })?.admin).toBe(false);
  });
});
