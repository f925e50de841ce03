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
import { claimsFault, readClaims } from '../protocols/wire/claims.ts';
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
  if (claims === null) return { kind: 'invalid', reason: claimsFault(checked.payload) };
  // jose looks at whole seconds; a token may end within one.
  const isOver = claims.endsAtMs !== null && claims.endsAtMs <= nowMs;
  return isOver ? { kind: 'expired' } : { kind: 'valid', claims };
}

function verdictOn(error: unknown): Verdict {
  if (error instanceof KeysUnavailable) return { kind: 'unavailable', why: error.why };
  if (error instanceof errors.JWTExpired) return { kind: 'expired' };
  // A key that can't be used (too short, another curve) is the issuer's mistake, and jose's word for it a TypeError.
  if (error instanceof TypeError) return { kind: 'invalid', reason: 'key unfit for the algorithm' };
  if (error instanceof errors.JOSEError) return { kind: 'invalid', reason: reasonOf(error) };
  throw error;
}

/** In our words: jose's own may repeat what stands in the token. */
function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const isEarly = error.claim === 'nbf' && error.reason === 'check_failed';
    return isEarly ? 'not yet valid' : `${error.claim} malformed`;
  }
  return reasons[error.code] ?? error.code;
}

const reasons: Readonly<Record<string, string>> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'wrong signature',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm not allowed',
  ERR_JWKS_NO_MATCHING_KEY: 'no key of the issuer fits it',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'several keys of the issuer fit it: its header needs a kid',
  ERR_JWS_INVALID: 'no signed JWT',
  ERR_JWT_INVALID: 'no signed JWT',
};
