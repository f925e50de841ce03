/**
 * What a token may say, as tokens for Centrifugo do: `sub`, `exp`, capabilities in `caps`, `channel` in the token of one
 * subscription, and `role` of our own. Claims that are not known are passed over; a capability that is not understood
 * grants nothing.
 */
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TokenClaims } from '../ports/token-verifier.ts';
import type { Grant } from '../rights.ts';

export const Capability = Type.Object({
  channels: Type.Array(Type.String()),
  /** `wildcard`: a `*` stands for any run of characters. Without it channels are exact. */
  match: Type.Optional(Type.String()),
  /** Only `sub`, the right to watch, means anything here. */
  allow: Type.Array(Type.String()),
});

export const Claims = Type.Object({
  sub: Type.String({ minLength: 1, maxLength: 255 }),
  /** Seconds since the Unix epoch, up to the end of what a date can say. */
  exp: Type.Optional(Type.Number({ minimum: 0, maximum: 8.64e12 })),
  caps: Type.Optional(Type.Array(Capability)),
  channel: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  role: Type.Optional(Type.String()),
});

const shape = Compile(Claims);

/** Null for claims that no token of ours makes. */
export function readClaims(payload: unknown): TokenClaims | null {
  if (!shape.Check(payload)) return null;
  const { sub, exp, caps = [], channel = null, role } = payload;
  return {
    subject: sub,
    admin: role === 'admin',
    endsAtMs: exp === undefined ? null : Math.floor(exp * 1_000),
    channel,
    grants: caps.flatMap(grantOf),
  };
}

/** What is wrong with claims that `readClaims` does not take, by the names of claims; their values stay out of it. */
export function claimsFault(payload: unknown): string {
  const [fault] = shape.Errors(payload);
  if (fault === undefined) return 'claims malformed';
  const [, claim] = fault.instancePath.split('/');
  return claim === undefined ? 'no sub' : `${claim} malformed`;
}

function grantOf({ channels, match, allow }: Static<typeof Capability>): Grant[] {
  if (!allow.includes('sub')) return [];
  if (match === undefined || match === '') return [{ channels, wildcard: false }];
  return match === 'wildcard' ? [{ channels, wildcard: true }] : [];
}
