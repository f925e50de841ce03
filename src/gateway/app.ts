/**
 * The fastify app, built apart from being listened to, so that a Listener that dies takes no route with it. It turns
 * HTTP into calls of the `Service` port and answers back; what it adds itself is who may ask, how much, and in which
 * words it says no.
 */
import { fastifyCookie } from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Clock } from '../lib/clock.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Service } from '../protocols/ports/service.ts';
import { Admission } from './admission.ts';
import { originHook } from './cors.ts';
import { FanOut } from './fan-out.ts';
import { originPolicy } from './origin.ts';
import type { App, Parts } from './parts.ts';
import { type ErrorLog, errorHandler, notFound, refusalSender, sendProblem } from './problem.ts';
import { arithmeticRoutes } from './routes/arithmetic.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { healthRoutes } from './routes/health.ts';
import { loginRoutes } from './routes/login.ts';
import { pageRoutes } from './routes/page.ts';
import { runRoutes } from './routes/runs.ts';
import { streamRoutes } from './routes/streams.ts';
import { supervisionRoutes } from './routes/supervision.ts';
import { webSocketRoutes } from './routes/web-socket.ts';

export interface AppOptions {
  readonly service: Service;
  readonly limits: Limits;
  /** The address it will be bound to, as in ZENO_HOST: one of the names it answers to. */
  readonly host: string;
  readonly origins: readonly string[];
  readonly trustProxy: boolean;
  readonly log: ErrorLog;
  readonly clock: Clock;
}

/** No inline script or style, nothing from elsewhere, in nobody's frame. */
const securityHeaders = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Ready to route; `close` it at the end of the node. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { service, limits, log, clock } = options;
  const refuse = refusalSender(limits.reconnectMaxMs);
  const onError = errorHandler(refuse, log);
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    // HEAD on a stream would open one.
    exposeHeadRoutes: false,
    // One proxy, the one that connects: what stands before it in X-Forwarded-For is anybody's invention.
    trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
    frameworkErrors: (error, request, reply) => void onError(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();

  const parts: Parts = {
    service,
    limits,
    log,
    refuse,
    admission: new Admission(limits, clock),
    fanOut: new FanOut(limits, clock),
  };
  speakJson(app);
  app.setErrorHandler(onError);
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, notFound));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', ...securityHeaders });
  });
  app.addHook('onRequest', originHook(originPolicy(options.host, options.origins), refuse));
  await app.register(fastifyCookie);

  healthRoutes(app, parts);
  catalogueRoutes(app, parts);
  arithmeticRoutes(app, parts);
  runRoutes(app, parts);
  streamRoutes(app, parts);
  webSocketRoutes(app, parts);
  supervisionRoutes(app, parts);
  loginRoutes(app, parts);
  pageRoutes(app);
  await app.ready();
  return app;
}

/**
 * JSON in and out and no other type. Inbound shapes are checked and never converted; outbound shapes are typed by
 * the same schemas and sent as the core made them.
 */
function speakJson(app: App): void {
  app.setValidatorCompiler<TSchema>(({ schema }) => {
    const shape = Compile(schema);
    return (value: unknown) => (shape.Check(value) ? { value } : { error: shape.Errors(value) });
  });
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
}
