import { describe, expect, test } from 'vitest';
import {
  parseRunId,
  parseSeriesId,
  privateRun,
  type SeriesId,
  sharedRun,
} from '../../../src/protocols/identity.ts';

describe('a run id', () => {
  test.each([
    ['leibniz', 'leibniz', true],
    ['l', 'l', true],
    ['zeta-3', 'zeta-3', true],
    [`a${'b'.repeat(31)}`, `a${'b'.repeat(31)}`, true],
    ['leibniz~k3x9', 'leibniz', false],
    [`basel~${'0'.repeat(16)}`, 'basel', false],
  ])('%s is one of the series %s', (text, series, shared) => {
    expect(parseRunId(text)).toEqual({ run: text, series, shared });
  });

  test.each([
    '',
    '3leibniz',
    '-leibniz',
    'Leibniz',
    'leib niz',
    'leibniz/x',
    'leibniz.',
    'leibniz\n',
    `a${'b'.repeat(32)}`,
    'leibniz~',
    'leibniz~abc',
    `leibniz~${'a'.repeat(17)}`,
    'leibniz~ABCD',
    'leibniz~ab-d',
    'leibniz~abcd~efgh',
    '~abcd',
    '__proto__',
  ])('%j is none', (text) => {
    expect(parseRunId(text)).toBeNull();
  });

  test('names the series it was made of', () => {
    const series = 'leibniz' as SeriesId;
    expect(parseRunId(sharedRun(series))).toEqual({ run: 'leibniz', series, shared: true });
    expect(parseRunId(privateRun(series, 'k3x9'))).toEqual({ run: 'leibniz~k3x9', series, shared: false });
  });
});

test('a series id is a run id without a tail', () => {
  expect(['leibniz', 'zeta-3', 'leibniz~k3x9', 'Leibniz', ''].map(parseSeriesId)).toEqual([
    'leibniz',
    'zeta-3',
    null,
    null,
    null,
  ]);
});
