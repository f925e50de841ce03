/** Errors over HTTP: RFC 9457 problem details with a stable type per refusal code. */
import { type Static, Type } from 'typebox';
import { type Refusal, refusalCodes } from '../refusal.ts';

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:zeno:problem:<code>' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
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
