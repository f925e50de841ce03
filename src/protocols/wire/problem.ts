/** Errors over HTTP: RFC 9457 problem details with a stable type per refusal code. */
import { type Static, Type } from 'typebox';
import { type Refusal, refusalCodes } from '../refusal.ts';

const Fault = Type.Object(
  { path: Type.String({ description: 'a JSON pointer or a parameter’s name' }), message: Type.String() },
  { additionalProperties: false },
);

export const Problem = Type.Object(
  {
    type: Type.String({
      pattern: '^(urn:zeno:problem:[a-z-]+|about:blank)$',
      description:
        'urn:zeno:problem:<code>, stable; about:blank where there is nothing to say beyond the status',
    }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'for a person: what was wrong, and what to do next' }),
    errors: Type.Optional(Type.Array(Fault)),
  },
  { additionalProperties: false, $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;

export function toProblem(refusal: Refusal): Problem {
  const words = refusal.code.replaceAll('-', ' ');
  return {
    type: `urn:zeno:problem:${refusal.code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status: refusalCodes[refusal.code],
    detail: refusal.detail,
    ...(refusal.errors && { errors: [...refusal.errors] }),
  };
}
