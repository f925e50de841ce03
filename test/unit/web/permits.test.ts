/** What the page reads from a token, against what the server does with the same one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayWatch } from '../../../src/protocols/rights.ts';
import { readClaims } from '../../../src/protocols/wire/claims.ts';
import { permitsOf, permitted } from '../../../web/model/permits.js';

const tokenOf = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('permits', () => {
  it('are as the server has them, for any capabilities and any channel', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '~', '*', 'π'), maxLength: 6 });
    const capability = fc.record(
      {
        channels: fc.array(name, { maxLength: 3 }),
        allow: fc.subarray(['sub', 'pub']),
        match: fc.constantFrom('', 'wildcard', 'regex'),
      },
      { requiredKeys: ['channels', 'allow'] },
    );
    fc.assert(
      fc.property(fc.array(capability, { maxLength: 3 }), name, (caps, channel) => {
        const claims = { sub: 'ada', caps };
        const grants = readClaims(claims)?.grants ?? [];
        expect(permitted(permitsOf(tokenOf(claims)), channel)).toBe(mayWatch(grants, channel));
      }),
      { numRuns: 1_000 },
    );
  });

  it('of an admin, and of what is no JWT, are not known, so that everything is asked for', () => {
    const unknown = [
      tokenOf({ sub: 'ada', role: 'admin' }),
      'the-admin-token',
      'a.b.c',
      '',
      tokenOf({ caps: [1] }),
    ];
    expect(unknown.map(permitsOf)).toEqual([null, null, null, null, null]);
    expect(permitted(null, 'leibniz')).toBe(true);
  });

  it('of a token without capabilities are none', () => {
    expect(permitted(permitsOf(tokenOf({ sub: 'ada' })), 'leibniz')).toBe(false);
  });
});
