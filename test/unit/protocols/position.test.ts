import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Epoch,
  formatPosition,
  newEpoch,
  type Offset,
  parsePosition,
} from '../../../src/protocols/position.ts';
import { seededRandom } from '../../support/seeded-random.ts';

describe('a position', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.nat(), fc.maxSafeNat(), (seed, offset) => {
        const position = { epoch: newEpoch(seededRandom(seed)), offset: offset as Offset };
        expect(parsePosition(formatPosition(position))).toEqual(position);
      }),
    );
  });

  test.each([
    '',
    ':',
    '0123456789abcdef',
    '0123456789abcdef:',
    '0123456789abcde:1',
    '0123456789abcdef0:1',
    '0123456789ABCDEF:1',
    '0123456789abcdeg:1',
    '0123456789abcdef:-1',
    '0123456789abcdef:+1',
    '0123456789abcdef:01',
    '0123456789abcdef:1.5',
    '0123456789abcdef:1e3',
    '0123456789abcdef:0x1',
    '0123456789abcdef: 1',
    '0123456789abcdef:1 ',
    '0123456789abcdef:1\n',
    ' 0123456789abcdef:1',
    '0123456789abcdef:9007199254740992',
    '0123456789abcdef:99999999999999999',
    '0123456789abcdef:1,0123456789abcdef:2',
    'leibniz@0123456789abcdef:1',
  ])('is not read from %j', (text) => {
    expect(parsePosition(text)).toBeNull();
  });

  test.each([
    ['0123456789abcdef:0', 0],
    ['0123456789abcdef:9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('is read from %s', (text, offset) => {
    expect(parsePosition(text)).toEqual({ epoch: '0123456789abcdef' as Epoch, offset });
  });
});
