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
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Exposition } from '../protocols/ports/exposition.ts';
import type { Log } from '../protocols/ports/log.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { Service } from '../protocols/ports/service.ts';
import type { Reading } from '../protocols/rights.ts';
import { Admission } from './admission.ts';
import { originHook } from './cors.ts';
import { recordRoutes } from './docs/route-schema.ts';
import { FanOut } from './fan-out.ts';
import { originPolicy } from './origin.ts';
import type { App, Parts } from './parts.ts';
import {
  answerSender,
  errorHandler,
  notFound,
  refusalSender,
  sendProblem,
  unmetExpectation,
} from './problem.ts';
import { apiDocsRoutes } from './routes/api-docs.ts';
import { arithmeticRoutes } from './routes/arithmetic.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { emulationRoutes } from './routes/emulation.ts';
import { healthRoutes } from './routes/health.ts';
import { loginRoutes } from './routes/login.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { pageRoutes } from './routes/page.ts';
import { runRoutes } from './routes/runs.ts';
import { streamRoutes } from './routes/streams.ts';
import { supervisionRoutes } from './routes/supervision.ts';
import { webSocketRoutes } from './routes/web-socket.ts';

interface AppOptions {
  readonly service: Service;
  readonly limits: Limits;
  /** The address it will be bound to, as in ZENO_HOST: one of the names it answers to. */
  readonly host: string;
  readonly origins: readonly string[];
  readonly trustProxy: boolean;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly meter: Meter;
  readonly exposition: Exposition;
  /** Whether everybody may read, or only who has a token that permits it. */
  readonly reading: Reading;
}

/** No inline script or style, nothing from elsewhere, in nobody's frame. */
const securityHeaders = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const REQUEST_ID_BYTES = 8;

/** Ready to route; `close` it at the end of the node. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { service, limits, log, clock, meter, random } = options;
  const refuse = refusalSender({ retryAfterMs: limits.reconnectMaxMs, meter, log });
  const onError = errorHandler(refuse, log);
  const app = fastify({
    genReqId: () => random.hex(REQUEST_ID_BYTES),
    bodyLimit: limits.bodyBytes,
    // Balancers and link checkers ask by HEAD; a route of a stream says no, or it would open one.
    exposeHeadRoutes: true,
    // One proxy, the one that connects: what stands before it in X-Forwarded-For is anybody's invention.
    trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
    frameworkErrors: (error, request, reply) => void onError(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();

  const parts: Parts = {
    service,
    limits,
    log,
    meter,
    random,
    exposition: options.exposition,
    reading: options.reading,
    refuse,
    answer: answerSender(refuse),
    admission: new Admission(limits, clock),
    fanOut: new FanOut(limits, clock, meter, log),
  };
  speakJson(app);
  app.setErrorHandler(onError);
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, notFound));
  app.addHook('onRequest', async ({ id }, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-request-id': id, ...securityHeaders });
  });
  app.addHook('onResponse', async (_request, reply) => {
    meter.count('zeno_requests_total', String(reply.statusCode));
  });
  app.addHook('onRequest', originHook(originPolicy(options.host, options.origins), refuse));
  app.addHook('onRequest', async ({ headers: { expect = '100-continue' } }, reply) =>
    expect.toLowerCase() === '100-continue' ? undefined : sendProblem(reply, unmetExpectation),
  );
  await app.register(fastifyCookie);

  const routes = recordRoutes(app);
  healthRoutes(app, parts);
  metricsRoutes(app, parts);
  catalogueRoutes(app, parts);
  arithmeticRoutes(app, parts);
  runRoutes(app, parts);
  streamRoutes(app, parts);
  webSocketRoutes(app, parts);
  await emulationRoutes(app, parts);
  supervisionRoutes(app, parts);
  loginRoutes(app, parts);
  pageRoutes(app);
  apiDocsRoutes(app, routes);
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
