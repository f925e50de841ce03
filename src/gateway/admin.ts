/**
 * Who asks, and may they? A bearer token speaks for itself: no foreign page can make a browser send one. The login
 * cookie is sent by the browser of its own accord, so with it a changing request must also show an Origin.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UserId } from '../protocols/identity.ts';
import type { Caller, Credentials, Guest, Service } from '../protocols/ports/service.ts';
import { type Answer, done, type Refusal, refuse } from '../protocols/refusal.ts';
import type { Parts } from './parts.ts';

export const loginCookie = 'zeno_login';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses where the cookie came without an Origin; a foreign Origin has been refused before. */
export function cookieNeedsOrigin(request: FastifyRequest): Refusal | null {
  if (safeMethods.has(request.method) || request.headers.origin !== undefined) return null;
  return refuse(
    'origin-refused',
    'A login cookie counts only with an Origin; without a browser use a bearer token.',
  );
}

/**
 * The caller of an open route. A cookie of a login that has ended makes its browser anonymous; a bearer token that
 * is not valid was sent on purpose and is refused.
 */
export async function callerOf(request: FastifyRequest, service: Service): Promise<Answer<Caller>> {
  const user = userOf(request);
  const credentials = credentialsOf(request);
  if (credentials.bearer === null && credentials.cookie === null) return done({ user, admin: false });
  const identity = await service.identify(credentials);
  if (!identity.ok) return identity;
  const { kind } = identity.value;
  if (kind !== 'admin' && credentials.bearer !== null) return invalid();
  if (kind !== 'admin') return done({ user, admin: false });
  const refusal = credentials.cookie === null ? null : cookieNeedsOrigin(request);
  return refusal ?? done({ user, admin: true });
}

/** A hook for the `onRequest` of admin routes: nothing of the body is read for whom it turns away. */
export function adminOnly({ service, refuse: send }: Parts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { bearer, cookie } = credentialsOf(request);
    const caller = await callerOf(request, service);
    if (!caller.ok) return send(reply, caller);
    if (caller.value.admin) return undefined;
    if (bearer !== null || cookie !== null) return send(reply, invalid());
    return send(
      reply,
      refuse('unauthorized', 'This takes the admin token: Authorization: Bearer <token>, or log in.'),
    );
  };
}

/** Nobody has a name here yet, so users are told apart by where they come from. */
export function userOf(request: FastifyRequest): UserId {
  return `anonymous@${request.ip}` as UserId;
}

/** Who comes to watch, before anybody has looked at what they show. */
export function guestOf(request: FastifyRequest): Guest {
  return { user: userOf(request), credentials: credentialsOf(request) };
}

/** One of the two at most: where a bearer token stands, the cookie does not count. */
export function credentialsOf(request: FastifyRequest): Credentials {
  const bearer = /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  return { bearer, cookie: bearer === null ? (request.cookies[loginCookie] ?? null) : null };
}

function invalid(): Refusal {
  return refuse(
    'forbidden',
    'The token or login is not valid (any more); log in with the token of this start.',
  );
}
