/**
 * Exchanges the admin token for a cookie that scripts can't read, because EventSource can't send headers and a token
 * in a page's hands or in a URL leaks; and ends that login again.
 */
import { Type } from 'typebox';
import { cookieNeedsOrigin, loginCookie } from '../admin.ts';
import type { App, Parts } from '../parts.ts';

const Token = Type.Object({ token: Type.String({ minLength: 1 }) });
const setCookie = { 'set-cookie': Type.String() };
const login = {
  operationId: 'login',
  summary: 'Exchange a token for a cookie',
  tags: ['login'],
  body: Token,
  response: { 204: Type.Null({ description: 'The cookie is set.', headers: setCookie }) },
  refusals: ['unauthorized', 'forbidden', 'not-ready'],
} as const;
const logout = {
  operationId: 'logout',
  summary: 'End the login of this cookie',
  tags: ['login'],
  response: { 204: Type.Null({ description: 'There is no login (any more).' }) },
  refusals: ['not-ready'],
} as const;

export function loginRoutes(app: App, { service, refuse }: Parts): void {
  app.post('/v1/login', { schema: login }, async (request, reply) => {
    const made = await service.login(request.body.token);
    if (!made.ok) return refuse(reply, made);
    const { cookie, maxAgeMs } = made.value;
    // `protocol` is https only where a trusted proxy says so: we speak http ourselves.
    const secure = request.protocol === 'https';
    const maxAge = Math.floor(maxAgeMs / 1000);
    reply.setCookie(loginCookie, cookie, { httpOnly: true, sameSite: 'strict', path: '/', maxAge, secure });
    return reply.code(204).send(null);
  });

  app.post('/v1/logout', { schema: logout }, async (request, reply) => {
    const cookie = request.cookies[loginCookie];
    if (cookie === undefined) return reply.code(204).send(null);
    const refusal = cookieNeedsOrigin(request);
    if (refusal !== null) return refuse(reply, refusal);
    const ended = await service.logout(cookie);
    if (!ended.ok) return refuse(reply, ended);
    reply.clearCookie(loginCookie, { httpOnly: true, sameSite: 'strict', path: '/' });
    return reply.code(204).send(null);
  });
}
