/**
 * Who may read, and what tokens are checked with. The three variables mean something only together, so their faults are
 * found here: each key by itself, then whether there is exactly one where tokens are asked for and none where not.
 */
import { isIP } from 'node:net';
import type { TokenKeys } from '../protocols/ports/token-verifier.ts';
import type { authModes, Fault, Parsed } from './values.ts';

export interface TokenSettings {
  readonly mode: (typeof authModes)[number];
  readonly secret: string | null;
  readonly jwks: string | null;
}

/** HS256 is as strong as its secret, up to the length of its hash (RFC 7518, 3.2). */
const SECRET_BYTES = 32;

/** The value is not repeated: it is a secret. */
export function parseSecret(text: string): Parsed<string> {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes >= SECRET_BYTES) return { value: text };
  return { wrong: `has only ${bytes} bytes`, right: `at least ${SECRET_BYTES} bytes of a random secret` };
}

/** The value is not repeated: a query may hold a key. */
export function parseJwks(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== null && isPrivate && url.username === '' && url.password === '') return { value: text };
  return {
    wrong: 'is no address that keys can be trusted from',
    right:
      'https://… without user and password, or http:// of this machine itself (127.0.0.1, [::1], localhost)',
  };
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && /^127\./.test(hostname))
  );
}

/** The keys to check with, null for none. What is wrong with the three together is added to `faults`. */
export function tokenKeysOf({ mode, secret, jwks }: TokenSettings, faults: Fault[]): TokenKeys | null {
  const isFaulty = faults.some(({ variable }) => /^ZENO_(AUTH|JWT_SECRET|JWKS_URL)$/.test(variable));
  const fault = (variable: string, wrong: string, right: string) => {
    if (!isFaulty) faults.push({ variable, wrong, right });
    return null;
  };
  if (mode === 'anonymous') {
    if (secret !== null) fault('ZENO_JWT_SECRET', 'is set without ZENO_AUTH=jwt', 'set both or neither');
    if (jwks !== null) fault('ZENO_JWKS_URL', 'is set without ZENO_AUTH=jwt', 'set both or neither');
    return null;
  }
  if (secret !== null && jwks !== null) {
    return fault('ZENO_JWKS_URL', 'is set beside ZENO_JWT_SECRET', 'one of the two');
  }
  if (secret !== null) return { kind: 'secret', secret };
  if (jwks !== null) return { kind: 'jwks', url: jwks };
  return fault('ZENO_AUTH', 'is jwt without a key', 'set ZENO_JWT_SECRET or ZENO_JWKS_URL as well');
}
