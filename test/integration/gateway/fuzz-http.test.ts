/**
 * Requests of which any part may be wrong, to a whole node: each is answered, and each no is a problem with a code
 * that is documented, never a 500; nothing crashes, and nothing stays open.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { refusalCodes } from '../../../src/protocols/refusal.ts';
import { eventually } from '../../support/eventually.ts';
import { type Exchange, exchange } from '../../support/fuzz/http-exchange.ts';
import { type HttpRequest, httpRequest, requestBytes } from '../../support/fuzz/http-requests.ts';
import { hostNode } from '../../support/hosted-node.ts';
import { httpStream } from '../../support/sse-reader.ts';

const REQUESTS = 8_000;
const AT_ONCE = 8;

const { ZENO_FUZZ_SEED } = process.env;
const seed = ZENO_FUZZ_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(ZENO_FUZZ_SEED);

const documented = new Map(
  Object.entries(refusalCodes).map(([code, status]) => [`urn:zeno:problem:${code}`, status]),
);
const fine: ReadonlySet<number> = new Set([101, 200, 201, 202, 204, 304]);

/** What HTTP itself has words enough for. */
const plain: ReadonlySet<number> = new Set([400, 404, 408, 417, 431]);

/** What is wrong with an answer; null for nothing. */
function faultOf({ status, headers, body }: Exchange, { method }: HttpRequest): string | null {
  if (fine.has(status)) return null;
  const type = headers.get('content-type') ?? '';
  // The handshake's own refusals are the library's, and in plain words.
  if (status === 400 && type.startsWith('text/')) return null;
  if (status === 426 || status === 405) return null;
  if (!type.startsWith('application/problem+json')) return 'is no problem answer';
  if (method === 'HEAD') return null;
  const { type: code, status: said, detail, title } = JSON.parse(Buffer.from(body, 'latin1').toString());
  if (said !== status) return `says ${said} and is ${status}`;
  if (typeof detail !== 'string' || detail === '' || typeof title !== 'string')
    return 'says nothing to a person';
  const right = code === 'about:blank' ? plain.has(status) : documented.get(code) === status;
  return right ? null : `has the code ${code}`;
}

it(`answers any of ${REQUESTS} requests, if only by a documented problem`, { timeout: 60_000 }, async () => {
  console.log(`seed ${seed}`);
  const node = await hostNode({
    limits: { connectsPerSecond: 100_000, connectsPerAddress: 100_000, sprintIntervalMs: 50 },
  });
  const requests = fc.sample(httpRequest(new URL(node.url).host), { numRuns: REQUESTS, seed });
  const statuses = new Map<number, number>();
  const faults: string[] = [];
  const lane = async () => {
    for (let next = requests.pop(); next !== undefined; next = requests.pop()) {
      const sent = exchange(node.url, requestBytes(next), next.method === 'HEAD');
      const answer = await sent.catch((error: unknown) => String(error));
      const fault = typeof answer === 'string' ? answer : faultOf(answer, next);
      if (typeof answer !== 'string') statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (fault !== null)
        faults.push(`${JSON.stringify(next)} ${fault}: ${JSON.stringify(answer).slice(0, 400)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  expect(faults.slice(0, 5)).toEqual([]);
  // A fuzzer that is always turned away at the same door proves nothing.
  for (const status of [200, 400, 401, 403, 404, 413])
    expect(statuses.get(status), `${status}`).toBeGreaterThan(4);
  await eventually('the end of all sessions', () => node.sessions().length === 0);
  const stream = await httpStream(`${node.url}/v1/series/leibniz/events`);
  await stream.more(2);
  expect(node.crashes).toEqual([]);
  expect(node.logged).toEqual([]);
});
