/** The answers of a route that say no, from the codes it may say no with: one for each status. */
import { type RefusalCode, refusalCodes } from '../../protocols/refusal.ts';
import { Problem } from '../../protocols/wire/problem.ts';
import type { Json, References } from './references.ts';

const meanings: Readonly<Record<RefusalCode, string>> = {
  'unknown-run': 'There is no such run or series.',
  'unknown-process': 'There is no such process, node or session.',
  'bad-request': 'The request is not as it should be; `errors` names the parts.',
  unauthorized: 'It takes a token or a login, and there was none, or its time is over.',
  forbidden: 'The token or login does not allow it, or is not valid (any more).',
  'origin-refused': 'The Origin or Host is not one that may use this server.',
  'too-many-requests': 'A bound of this client is reached; come back later.',
  'payload-too-large': 'The body is too large.',
  'not-ready': 'A part of the node can’t answer now; come back in a moment.',
  'not-killable': 'That may not be killed on this node.',
  'stale-pid': 'That process has ended already, or is being restarted.',
  conflict: 'It does not go together with what there is.',
  draining: 'The node is ending; another will answer in a moment.',
};

const challenge =
  'Bearer realm="zeno"; with error="invalid_token" where what was shown had been good until its time was over';

const headers: Readonly<Record<number, Readonly<Record<string, Json>>>> = {
  401: { 'www-authenticate': { type: 'string', description: challenge } },
  429: { 'retry-after': { type: 'integer', minimum: 1, description: 'seconds to wait' } },
  503: { 'retry-after': { type: 'integer', minimum: 1, description: 'seconds to wait' } },
};

/** By status, in the form of fastify's response schemas. */
export function refusalAnswers(codes: ReadonlySet<RefusalCode>, references: References) {
  const byStatus = Map.groupBy([...codes].toSorted(), (code) => refusalCodes[code]);
  return Object.fromEntries([...byStatus].map(([status, of]) => [status, answer(status, of, references)]));
}

function answer(status: number, codes: readonly RefusalCode[], references: References): Json {
  const types = codes.map((code) => `urn:zeno:problem:${code}`);
  const narrowed = { properties: { type: { enum: types }, status: { const: status } } };
  return {
    description: codes.map((code) => `\`${code}\`: ${meanings[code]}`).join(' '),
    ...(headers[status] && { headers: headers[status] }),
    content: { 'application/problem+json': { schema: { allOf: [references.to(Problem), narrowed] } } },
  };
}

/** A fault of ours, which no route foresees. */
export function faultAnswer(references: References): Json {
  return {
    description: 'Something went wrong in the server; it has been logged there.',
    content: { 'application/problem+json': { schema: references.to(Problem) } },
  };
}
