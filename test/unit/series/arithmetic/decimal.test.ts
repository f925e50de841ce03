import { describe, expect, it } from 'vitest';
import { commonDigits, decimalText } from '../../../../src/series/arithmetic/decimal.ts';

describe('decimalText', () => {
  it.each([
    [31_416n, 4, '3.1416'],
    [-31_416n, 4, '-3.1416'],
    [0n, 3, '0.000'],
    [7n, 3, '0.007'],
    [-7n, 3, '-0.007'],
    [1_000n, 3, '1.000'],
    [123_456n, 1, '12345.6'],
  ])('writes %s at %s places as %s', (count, places, text) => expect(decimalText(count, places)).toBe(text));
});

describe('commonDigits', () => {
  it.each([
    ['3.141592638688632', '3.141592668490955', 8],
    ['3.1415', '3.1415', 5],
    ['2.99', '3.01', 0],
    ['9.99', '19.99', 0],
    ['19.9', '18.9', 0],
    ['0.0012', '0.0013', 1],
    ['0.0012', '0.0112', 0],
    ['0.1010', '0.1011', 3],
    ['10.5', '10.6', 2],
    ['-0.5', '0.5', 0],
    ['-0.51', '-0.52', 1],
  ])('%s and %s share %s', (a, b, digits) => expect(commonDigits(a, b)).toBe(digits));
});
