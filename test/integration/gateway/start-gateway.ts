/** A gateway on a port of its own, and a client that sends exactly the headers it is told to. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buildApp } from '../../../src/gateway/app.ts';
import { createFront, type HttpFront } from '../../../src/gateway/front.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { Exposition } from '../../../src/protocols/ports/exposition.ts';
import { type Meter, noMeter } from '../../../src/protocols/ports/meter.ts';
import type { Reading } from '../../../src/protocols/rights.ts';
import { eventually } from '../../support/eventually.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { OneRunService } from './one-run-service.ts';

export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly service: OneRunService;
  readonly front: HttpFront;
  /** What was logged as an error. */
  readonly logged: object[];
  /** What was logged below that. */
  readonly lines: object[];
  /** Stops listening; open streams live on. */
  stopListening(): void;
}

interface Settings {
  readonly limits?: Partial<Limits>;
  readonly origins?: readonly string[];
  readonly trustProxy?: boolean;
  readonly host?: string;
  readonly meter?: Meter;
  readonly reading?: Reading;
  readonly exposition?: Exposition;
}

export async function startGateway(settings: Settings = {}): Promise<Gateway> {
  const service = new OneRunService();
  const logged: object[] = [];
  const lines: object[] = [];
  const tell = (fields: object, msg: string) => void lines.push({ ...fields, msg });
  const log = { debug: tell, info: tell, error: (fields: object) => void logged.push(fields) };
  const limits = limitsWith(settings.limits ?? {});
  const {
    origins = [],
    trustProxy = false,
    host = '127.0.0.1',
    meter = noMeter,
    reading = 'open',
  } = settings;
  const { exposition = async () => ({ type: 'text/plain', text: '' }) } = settings;
  const app = await buildApp({
    service,
    limits,
    host,
    origins,
    trustProxy,
    log,
    clock: systemClock,
    meter,
    exposition,
    random: seededRandom(1),
    reading,
  });
  const front = createFront(app.routing, { host, port: 0, limits, trustProxy, log, meter });
  const listened = await front.listen();
  if (listened.kind === 'refused') throw new Error(listened.detail);
  const { listening } = listened;
  return {
    url: listening.url,
    service,
    front,
    logged,
    lines,
    stopListening: () => listening.close(),
    async [Symbol.asyncDispose]() {
      await front.closeAll();
      await app.close();
    },
  };
}

export interface Sent {
  readonly headers?: Record<string, string>;
  /** Text as it is; anything else as JSON with its content type. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

/** One request on a connection of its own. */
export async function ask(
  gateway: Gateway,
  method: string,
  path: string,
  sent: Sent = {},
): Promise<Answered> {
  const response = await open(gateway, method, path, sent);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  const isJson = /json/.test(response.headers['content-type'] ?? '');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

/** The same, with the body still to come; the caller reads or destroys it. */
export function open(
  gateway: Gateway,
  method: string,
  path: string,
  { headers = {}, body }: Sent = {},
): Promise<IncomingMessage> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, gateway.url), {
      method,
      headers: { ...type, ...headers },
      agent: false,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

export function problem(code: string, status: number, detail: unknown, errors?: unknown) {
  const words = code.replaceAll('-', ' ');
  return {
    type: `urn:zeno:problem:${code}`,
    title: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    status,
    detail,
    ...(errors === undefined ? {} : { errors }),
  };
}

/** Throws with the condition's own words when it does not become true. */
export async function until(condition: () => boolean): Promise<void> {
  await eventually(String(condition), condition);
}

/** Resolves when the connection of `response` has ended, by an orderly end or a reset. */
export function gone(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    response.on('error', () => {}).once('close', resolve);
    response.resume();
  });
}
