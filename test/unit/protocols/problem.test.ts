import { readFileSync } from 'node:fs';
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

/**
 * What clients were promised, by status, and act on. It is written out here on purpose: a code that goes, comes or
 * changes its status is a change of the contract, and not only of a table.
 */
const promised = {
  400: ['bad-request'],
  401: ['unauthorized'],
  403: ['forbidden', 'origin-refused'],
  404: ['unknown-process', 'unknown-run'],
  409: ['conflict', 'not-killable', 'stale-pid'],
  413: ['payload-too-large'],
  429: ['too-many-requests'],
  503: ['draining', 'not-ready'],
};

test('the codes, and the status of each, are those that clients were promised', () => {
  const byStatus = Object.groupBy(Object.entries(refusalCodes), ([, status]) => status);
  const codes = Object.entries(byStatus).map(([status, entries = []]) => [
    status,
    entries.map(([code]) => code).toSorted(),
  ]);
  expect(Object.fromEntries(codes)).toEqual(promised);
});

test('the published description names each of them, but for one that no route has a use for, and no other', () => {
  const text = readFileSync('docs/openapi.json', 'utf8');
  const named = new Set([...text.matchAll(/urn:zeno:problem:([a-z-]+)/g)].map(([, code]) => code));
  const codes = new Set<string | undefined>(Object.keys(refusalCodes));
  expect([...named.difference(codes)]).toEqual([]);
  expect([...codes.difference(named)]).toEqual(['conflict']);
});
