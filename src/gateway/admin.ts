/**
 * Who asks, and may they? A bearer token speaks for itself: no foreign page can make a browser send one. The login
 * cookie is sent by the browser of its own accord, so with it a changing request must also show an Origin.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { anonymousAt, type UserId } from '../protocols/identity.ts';
import type { Caller, Credentials, Guest } from '../protocols/ports/service.ts';
import { type Answer, done, type Refusal, refuse } from '../protocols/refusal.ts';
import { mayWatch, type Rights } from '../protocols/rights.ts';
import type { Parts } from './parts.ts';

export const loginCookie = 'zeno_login';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

type Asked = Pick<Parts, 'service' | 'reading'>;

interface Asker extends Caller {
  readonly rights: Rights;
}

/** Refuses where the cookie came without an Origin; a foreign Origin has been refused before. */
export function cookieNeedsOrigin(request: FastifyRequest): Refusal | null {
  if (safeMethods.has(request.method) || request.headers.origin !== undefined) return null;
  return refuse(
    'origin-refused',
    'A login cookie counts only with an Origin; without a browser use a bearer token.',
  );
}

/**
 * A cookie of a login that has ended makes its browser anonymous; a bearer token that is not valid was sent on purpose
 * and is refused. Where reading takes permission, who is anonymous has no business here.
 */
async function askerOf(request: FastifyRequest, { service, reading }: Asked): Promise<Answer<Asker>> {
  const user = userOf(request);
  const credentials = credentialsOf(request);
  const nobody = (refusal: Refusal): Answer<Asker> =>
    reading === 'open' ? done({ user, admin: false, rights: 'everything' }) : refusal;
  const { bearer, cookie } = credentials;
  if (bearer === null && cookie === null) return nobody(tokenless);
  const answer = await service.identify(credentials);
  if (!answer.ok) return answer;
  const { value: identity } = answer;
  switch (identity.kind) {
    case 'admin':
    case 'user': {
      const refusal = cookie === null ? null : cookieNeedsOrigin(request);
      if (refusal !== null) return refusal;
      return identity.kind === 'admin'
        ? done({ user: identity.user ?? user, admin: true, rights: 'everything' })
        : done({ user: identity.user, admin: false, rights: identity.rights });
    }
    case 'expired':
      return bearer === null ? nobody(over) : over;
    case 'unavailable':
      return uncheckable;
    case 'anonymous':
    case 'unknown':
      return bearer === null ? nobody(tokenless) : invalid;
  }
}

/** The caller of a route that does more than read, who has to be one that may read `channels`. */
export async function callerOf(
  request: FastifyRequest,
  asked: Asked,
  ...channels: readonly string[]
): Promise<Answer<Caller>> {
  const asker = await askerOf(request, asked);
  if (!asker.ok) return asker;
  const { user, admin, rights } = asker.value;
  const refusal = asked.reading === 'open' ? null : missingRight(rights, channels);
  return refusal ?? done({ user, admin });
}

/**
 * Whether what a channel shows may be read. Open reading asks nobody, so it goes on while credentials can't be looked
 * at.
 */
export async function mayRead(
  request: FastifyRequest,
  asked: Asked,
  ...channels: readonly string[]
): Promise<Answer<null>> {
  if (asked.reading === 'open') return done(null);
  const asker = await askerOf(request, asked);
  if (!asker.ok) return asker;
  return missingRight(asker.value.rights, channels) ?? done(null);
}

function missingRight(rights: Rights, channels: readonly string[]): Refusal | null {
  const missing = channels.find((channel) => !mayWatch(rights, channel));
  if (missing === undefined) return null;
  return refuse('forbidden', `Your token does not permit the channel ${JSON.stringify(missing)}.`);
}

/** A hook for the `onRequest` of admin routes: nothing of the body is read for whom it turns away. */
export function adminOnly({ service, reading, refuse: send }: Parts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { bearer, cookie } = credentialsOf(request);
    const asker = await askerOf(request, { service, reading });
    if (!asker.ok) return send(reply, asker);
    if (asker.value.admin) return undefined;
    if (asker.value.rights !== 'everything') return send(reply, noAdmin);
    return send(reply, bearer !== null || cookie !== null ? invalid : adminless);
  };
}

/** Without a token users are told apart by where they come from. */
function userOf(request: FastifyRequest): UserId {
  return anonymousAt(request.ip);
}

/** Who comes to watch, before anybody has looked at what they show. */
export function guestOf(request: FastifyRequest): Guest {
  return { user: userOf(request), credentials: credentialsOf(request), request: request.id };
}

/** One of the two at most: where a bearer token stands, the cookie does not count. */
function credentialsOf(request: FastifyRequest): Credentials {
  const bearer = /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  return { bearer, cookie: bearer === null ? (request.cookies[loginCookie] ?? null) : null };
}

const invalid = refuse(
  'forbidden',
  'The token or login is not valid (any more); log in again, or send a token that is. Why stands in the node’s log at ZENO_LOG=debug.',
);
const over: Refusal = {
  ...refuse('unauthorized', 'The time of the token or login is over; get a new one.'),
  expired: true,
};
const tokenless = refuse('unauthorized', 'This takes a token: Authorization: Bearer <token>, or log in.');
const adminless = refuse(
  'unauthorized',
  'This takes the admin token: Authorization: Bearer <token>, or log in.',
);
const noAdmin = refuse('forbidden', 'This takes an admin, and your token is none’s.');
const uncheckable = refuse('not-ready', 'Tokens can’t be checked at the moment. Try again in a moment.');
