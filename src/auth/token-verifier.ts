/**
 * The `TokenVerifier` port by jose: signatures, and the times in the token. The algorithm is one of those that fit the
 * key we have, never the one a token would like: a public key must not be taken for a secret, and `none` is nobody's.
 *
 * There is no tolerance for clocks that differ: what has ended has ended, for everybody at the same moment.
 */
import { errors, type JWKSCacheInput, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { OpenVerifier, TokenKeys, Verdict } from '../protocols/ports/token-verifier.ts';
import { readClaims } from '../protocols/wire/claims.ts';
import { KeysUnavailable, remoteKeys } from './remote-keys.ts';

/** All that are made with a private key. */
const ofKeyPairs = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

export interface VerifierPorts {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly meter: Meter;
}

export function tokenVerifier(keys: TokenKeys, { limits, clock, meter }: VerifierPorts): OpenVerifier {
  const cache: JWKSCacheInput = {};
  return () => {
    const closing = new AbortController();
    const algorithms = keys.kind === 'secret' ? ['HS256'] : ofKeyPairs;
    const keyOf: JWTVerifyGetKey =
      keys.kind === 'secret'
        ? secretKey(keys.secret)
        : remoteKeys(keys.url, { limits, clock, meter, cache, signal: closing.signal });
    return {
      verify: (token) => verify(token, keyOf, algorithms, clock.wallMs()),
      close: () => closing.abort(),
    };
  };
}

function secretKey(secret: string): JWTVerifyGetKey {
  const key = new TextEncoder().encode(secret);
  return async () => key;
}

async function verify(
  token: string,
  keyOf: JWTVerifyGetKey,
  algorithms: string[],
  nowMs: number,
): Promise<Verdict> {
  const options = { algorithms, currentDate: new Date(nowMs) };
  const checked = await jwtVerify(token, keyOf, options).catch(verdictOn);
  if ('kind' in checked) return checked;
  const claims = readClaims(checked.payload);
  if (claims === null) return { kind: 'invalid' };
  // jose looks at whole seconds; a token may end within one.
  const isOver = claims.endsAtMs !== null && claims.endsAtMs <= nowMs;
  return isOver ? { kind: 'expired' } : { kind: 'valid', claims };
}

function verdictOn(error: unknown): Verdict {
  if (error instanceof KeysUnavailable) return { kind: 'unavailable', why: error.why };
  if (error instanceof errors.JWTExpired) return { kind: 'expired' };
  // A key that can't be used (too short, another curve) is the issuer's mistake, and jose's word for it a TypeError.
  if (error instanceof errors.JOSEError || error instanceof TypeError) return { kind: 'invalid' };
  throw error;
}
