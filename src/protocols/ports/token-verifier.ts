/** Tells a token that its issuer signed from any other text. What it says is checked; what it allows is not judged here. */
import type { Grant } from '../rights.ts';

/** What signatures are checked with. */
export type TokenKeys =
  /** HS256: whoever knows the secret can check tokens, and make them. */
  | { readonly kind: 'secret'; readonly secret: string }
  /** The issuer's public keys, where it publishes them (RFC 7517). */
  | { readonly kind: 'jwks'; readonly url: string };

/** What a good token says. */
export interface TokenClaims {
  /** Of whom it speaks; never empty. */
  readonly subject: string;
  readonly admin: boolean;
  /** Since the Unix epoch; null for a token that does not end. */
  readonly endsAtMs: number | null;
  /** The one channel that a subscription's token is for; null for a token of a connection. */
  readonly channel: string | null;
  readonly grants: readonly Grant[];
}

export type Verdict =
  | { readonly kind: 'valid'; readonly claims: TokenClaims }
  /** Its signature is right and its time is over. */
  | { readonly kind: 'expired' }
  /**
   * Not signed by the issuer, not valid yet, or without what a token has to say. `reason` tells who builds an issuer
   * which; it is for the log, and repeats nothing of the token.
   */
  | { readonly kind: 'invalid'; readonly reason: string }
  /**
   * The keys can't be had at the moment, so nothing can be said of the token. `why` is null where it may be signed with
   * a newer key than ours, and it is too early to look for that.
   */
  | { readonly kind: 'unavailable'; readonly why: string | null };

export interface TokenVerifier {
  /** Answers within `limits.jwksMs`. Rejects only for a bug. */
  verify(token: string): Promise<Verdict>;
  /** Whatever is being fetched is no longer waited for. */
  close(): void;
}

/** One at a time is open: the next takes over the keys that the one before has fetched. */
export type OpenVerifier = () => TokenVerifier;
