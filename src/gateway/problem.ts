/**
 * Everything that goes wrong leaves as application/problem+json: refusals under their own stable type, what the
 * framework finds wrong with a request as `bad-request`, and bugs as one generic sentence, because their text is for
 * the log and not for strangers.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../protocols/ports/log.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import { type Answer, beyond, type Fault, type Refusal, refuse } from '../protocols/refusal.ts';
import { type Problem, toProblem } from '../protocols/wire/problem.ts';

/** Refusals that waiting may cure. */
const passing: ReadonlySet<string> = new Set(['too-many-requests', 'not-ready', 'draining']);

export type SendRefusal = (reply: FastifyReply, refusal: Refusal) => FastifyReply;

interface RefusalParts {
  /** What clients are told to wait after a refusal that may pass. */
  readonly retryAfterMs: number;
  readonly meter: Meter;
  readonly log: Log;
}

/** Every refusal leaves by this one way, and is counted on it. */
export function refusalSender({ retryAfterMs, meter, log }: RefusalParts): SendRefusal {
  const retryAfter = String(Math.ceil(retryAfterMs / 1000));
  return (reply, refusal) => {
    meter.count('zeno_refusals_total', refusal.code);
    if (refusal.limit !== undefined) meter.limited(refusal.limit);
    log.debug({ ...lineOf(reply.request), code: refusal.code, limit: refusal.limit }, 'request refused');
    if (passing.has(refusal.code)) reply.header('retry-after', retryAfter);
    if (refusal.code === 'unauthorized') reply.header('www-authenticate', challengeFor(refusal));
    return sendProblem(reply, toProblem(refusal));
  };
}

/** What is obeyed leaves as its value, what is not as a refusal. */
export type SendAnswer = <T>(reply: FastifyReply, answer: Answer<T>) => T | FastifyReply;

export function answerSender(send: SendRefusal): SendAnswer {
  return (reply, answer) => (answer.ok ? answer.value : send(reply, answer));
}

/** As RFC 6750 has it: a program that fetches tokens knows by the error that a new one is what it takes. */
function challengeFor({ expired }: Refusal): string {
  return `Bearer realm="zeno"${expired ? ', error="invalid_token", error_description="expired"' : ''}`;
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

export const notFound: Problem = {
  type: 'about:blank',
  title: 'Not Found',
  status: 404,
  detail: 'There is nothing at this address for this method; the API is below /v1.',
};

/** What an `Expect` header asks for, other than to be told to go on. */
export const unmetExpectation: Problem = {
  type: 'about:blank',
  title: 'Expectation Failed',
  status: 417,
  detail: 'This server meets no expectation but 100-continue; send the request without that Expect.',
};

export const hidden: Problem = {
  type: 'about:blank',
  title: 'Internal Server Error',
  status: 500,
  detail: 'Something went wrong here, not in your request. It has been logged; trying again may help.',
};

/** What is wrong with the request, or null where `error` is a fault of ours. */
export function requestFault(error: Partial<FastifyError>): Refusal | null {
  if (error.validation) {
    const part = error.validationContext ?? 'request';
    return refuse(
      'bad-request',
      `The ${part} is not as it should be; see errors.`,
      faultsOf(error.validation),
    );
  }
  if (error.statusCode === undefined || error.statusCode < 400 || error.statusCode >= 500) return null;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return beyond(
        'bodyBytes',
        'payload-too-large',
        'The body is larger than this server takes; send less.',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refuse('bad-request', 'Send the body as application/json.');
    case 'FST_ERR_BAD_URL':
      return refuse('bad-request', 'The address is not a valid URL path; check its % escapes.');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refuse('bad-request', 'The body could not be read as JSON; send one JSON value, whole.');
    default:
      return refuse(
        'bad-request',
        'The request is not one that this server can read; check its address and headers.',
      );
  }
}

function faultsOf(validation: NonNullable<FastifyError['validation']>): Fault[] {
  return validation.map(({ instancePath, message, params }) => {
    const { allowedValue } = params;
    return {
      path: instancePath,
      message: allowedValue === undefined ? `${message}` : `must be ${JSON.stringify(allowedValue)}`,
    };
  });
}

/** What a line of the log says of a request. The pattern of its route, not its address: that may hold a token. */
export function lineOf({ id, method, routeOptions }: FastifyRequest) {
  return { request: id, method, route: routeOptions.url };
}

/** The app's only error handler. */
export function errorHandler(send: SendRefusal, log: Pick<Log, 'error'>) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = requestFault(error);
    if (refusal !== null) return send(reply, refusal);
    log.error({ err: error, ...lineOf(request) }, 'request failed');
    return sendProblem(reply, hidden);
  };
}
