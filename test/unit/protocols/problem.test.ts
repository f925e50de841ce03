import { expect, test } from 'vitest';
import { refusalCodes, refuse } from '../../../src/protocols/refusal.ts';
import { toProblem } from '../../../src/protocols/wire/problem.ts';

test('a refusal is told as the contract words it, with faults only where there are some', () => {
  expect(toProblem(refuse('stale-pid', 'It has ended.'))).toEqual({
    type: 'urn:zeno:problem:stale-pid',
    title: 'Stale pid',
    status: 409,
    detail: 'It has ended.',
  });
  const errors = [{ path: '/pace', message: 'must be a pace' }];
  expect(toProblem(refuse('bad-request', 'No.', errors))).toMatchObject({ status: 400, errors });
});

test('every code of the contract has its status', () => {
  expect(refusalCodes).toEqual({
    'unknown-run': 404,
    'unknown-process': 404,
    'bad-request': 400,
    unauthorized: 401,
    forbidden: 403,
    'origin-refused': 403,
    'too-many-requests': 429,
    'payload-too-large': 413,
    'not-ready': 503,
    'not-killable': 409,
    'stale-pid': 409,
    conflict: 409,
    draining: 503,
  });
});
