/** An issuer of tokens for the tests: signs as one would, with a secret or with keys that a real server publishes. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

export const tokenSecret = 'a-secret-for-tests-of-32-bytes-or-more';

/** The right to watch these channels, to the letter. */
export const mayWatch = (...channels: string[]) => ({ caps: [{ channels, allow: ['sub'] }] });
export const mayWatchAll = { caps: [{ channels: ['*'], match: 'wildcard', allow: ['sub'] }] };

/** Signed by HS256. Times are seconds since the Unix epoch. */
export function secretToken(claims: JWTPayload, secret = tokenSecret, alg = 'HS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

/** Seconds since the Unix epoch, `seconds` from now; whole, as issuers have them. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

export interface KeyPair {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function keyPair(alg: string, kid: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export function pairToken({ alg, kid, privateKey }: KeyPair, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey);
}

export interface KeyServer {
  readonly url: string;
  /** Requests so far. */
  asked: number;
  /** What is published; a function answers otherwise. */
  keys: readonly JWK[] | ((response: ServerResponse) => void);
}

/** Publishes keys until the test ends. */
export async function keyServer(keys: KeyServer['keys'] = []): Promise<KeyServer> {
  const http = createServer((_request, response) => {
    server.asked += 1;
    if (typeof server.keys === 'function') server.keys(response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: server.keys }));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: KeyServer = { url: `http://127.0.0.1:${port}/keys`, asked: 0, keys };
  onTestFinished(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return server;
}
