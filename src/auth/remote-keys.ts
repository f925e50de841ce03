/**
 * The issuer's public keys, fetched when they are needed. A key that is not among them may be a new one, so it is looked
 * for again, but not more often than the cooldown allows: whoever sends tokens of invented keys makes us fetch no faster.
 * An issuer that does not answer is left alone for a moment as well.
 */
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
  jwksCache,
} from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Meter } from '../protocols/ports/meter.ts';

/** The keys can't be had: nothing is known of the token. */
export class KeysUnavailable extends Error {
  /** Null where it is too early to look for a newer key. */
  readonly why: string | null;

  constructor(why: string | null) {
    super('the keys are not available');
    this.why = why;
  }
}

export interface RemoteKeysPorts {
  readonly limits: Pick<Limits, 'jwksMs' | 'jwksAgeMs' | 'jwksCooldownMs' | 'jwksRetryMs' | 'jwksBytes'>;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Keeps what was fetched beyond the life of who fetched it. */
  readonly cache: JWKSCacheInput;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Throws `KeysUnavailable`, or jose's own error where the keys are there and none of them fits. */
export function remoteKeys(url: string, ports: RemoteKeysPorts): JWTVerifyGetKey {
  const { limits, clock, meter, cache, signal } = ports;
  let failure: { readonly untilMs: number; readonly why: string } | null = null;
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: limits.jwksMs,
    cacheMaxAge: limits.jwksAgeMs,
    cooldownDuration: limits.jwksCooldownMs,
    [jwksCache]: cache,
    async [customFetch](address, { signal: timeout, ...options }) {
      if (failure !== null && clock.monotonicMs() < failure.untilMs) throw new Error(failure.why);
      const response = await fetch(address, { ...options, signal: AbortSignal.any([timeout, signal]) });
      const { status } = response;
      const text = await readAtMost(response, limits.jwksBytes);
      if (text === null) {
        meter.limited('jwksBytes');
        throw new Error(`the answer had more than ${limits.jwksBytes} bytes`);
      }
      if (status !== 200) throw new Error(`the answer had status ${status}`);
      return new Response(text, { status });
    },
  });

  return async (header, token) => {
    const wasLookedFor = keys.coolingDown;
    try {
      const key = await keys(header, token);
      failure = null;
      return key;
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey;
      // A key from after the last look is none that a forger invented, as far as anybody can tell.
      if (isUnknown && wasLookedFor) throw new KeysUnavailable(null);
      if (isUnknown || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      if (error instanceof errors.JWKSTimeout) meter.limited('jwksMs');
      const why = whyOf(error);
      const nowMs = clock.monotonicMs();
      if (failure === null || failure.untilMs <= nowMs)
        failure = { untilMs: nowMs + limits.jwksRetryMs, why };
      throw new KeysUnavailable(why);
    }
  };
}

/** Null for a longer body. */
async function readAtMost(response: Response, maxBytes: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** In a few words, with what is behind a failed fetch, which says no more than that it has failed. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
