import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSeriesId, privateRun, type RunId, sharedRun } from '../../../src/protocols/identity.ts';
import { newEpoch, type Offset } from '../../../src/protocols/position.ts';
import { formatPositions, parsePositions } from '../../../src/protocols/positions.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const runs = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).chain((text) => {
  const series = parseSeriesId(text);
  if (series === null) throw new Error(`no series: ${text}`);
  return fc.constantFrom(sharedRun(series), privateRun(series, 'k3x9'));
});

test('positions in several runs are read back as they were written', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(runs, fc.nat(), fc.maxSafeNat()), { selector: ([run]) => run }),
      (all) => {
        const positions = new Map(
          all.map(([run, seed, offset]) => [
            run,
            { epoch: newEpoch(seededRandom(seed)), offset: offset as Offset },
          ]),
        );
        expect(parsePositions(formatPositions(positions))).toEqual(positions);
      },
    ),
  );
});

const at = '0123456789abcdef:1';

test.each([
  'leibniz',
  'leibniz@',
  `@${at}`,
  at,
  `leibniz@${at},`,
  `,leibniz@${at}`,
  `leibniz@${at} ,basel@${at}`,
  `leibniz@${at},leibniz@${at}`,
  `leibniz@${at}@${at}`,
  `LEIBNIZ@${at}`,
])('is not read from %s', (text) => {
  expect(parsePositions(text)).toBeNull();
});

test('may be of no run at all', () => {
  expect(formatPositions(new Map<RunId, never>())).toBe('');
  expect(parsePositions('')).toEqual(new Map());
});
