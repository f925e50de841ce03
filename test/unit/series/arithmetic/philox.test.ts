/** Philox against the answers its authors publish, and against a second writing of it in integers without bounds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, isInside, type Key, philox, point } from '../../../../src/series/arithmetic/philox.ts';

/** Lines `philox4x32 10` of tests/kat_vectors and tests/old_kat_vectors in Random123: counter, key, answer. */
const known = `
00000000 00000000 00000000 00000000  00000000 00000000  6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff  ffffffff ffffffff  408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344  a4093822 299f31d0  d16cfe09 94fdcceb 5001e420 24126ea1
00000001 00000000 00000000 00000000  00000001 00000000  ac08141b dfc5ccbe 79c07a47 a7f66093
00000000 00000001 00000000 00000000  00000001 00000000  833ff8dc 225c963c 232b88b3 0b334b07
00000000 00000000 00000001 00000000  00000001 00000000  07071c12 428264b6 3909104b 6da2bda2
00000000 00000000 00000000 00000001  00000001 00000000  127bee41 1e047488 48842b20 0a393496
00000000 80000000 00000000 00000000  00000001 00000000  34a4d61d 340e4017 f6945830 e9f52b96
00000000 00000000 00000000 00000001  00000000 00000001  96b27e8c 28826d0f 66d958ef 081509dc
452821e6 38d01377 be5466cf 34e90c6c  00000000 00000001  ac87a8c1 f240abdb add6c012 68a32a78
00000000 00000000 ffffffff 00000000  00000000 ffffffff  07678411 9e524307 ba634e67 94ee8cb7
`
  .trim()
  .split('\n')
  .map((line) => line.split(/\s+/).map((word) => Number.parseInt(word, 16)));

function written(counter: readonly number[], key: readonly number[]): number[] {
  const mask = (1n << 32n) - 1n;
  let [c0 = 0n, c1 = 0n, c2 = 0n, c3 = 0n] = counter.map(BigInt);
  const [k0 = 0n, k1 = 0n] = key.map(BigInt);
  for (let round = 0n; round < 10n; round += 1n) {
    const [p0, p1] = [c0 * 0xd2511f53n, c2 * 0xcd9e8d57n];
    const [r0, r1] = [(k0 + round * 0x9e3779b9n) & mask, (k1 + round * 0xbb67ae85n) & mask];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ r0, p1 & mask, (p0 >> 32n) ^ c3 ^ r1, p0 & mask];
  }
  return [c0, c1, c2, c3].map(Number);
}

const word = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1));

describe('philox', () => {
  it.each(known)('answers %j as Random123 does', (...words) => {
    const [c0 = 0, c1 = 0, c2 = 0, c3 = 0, k0 = 0, k1 = 0, ...answer] = words;
    expect(philox([c0, c1, c2, c3], [k0, k1])).toEqual(answer);
  });

  it('is what integers without bounds give, for any counter and key', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter: Block, key: Key) => {
        expect(philox(counter, key)).toEqual(written(counter, key));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('point', () => {
  it('begins with the first published answer, less the lowest bit of its words', () => {
    expect(point(0)).toEqual([0x6627e8d5 >>> 1, 0xe169c58d >>> 1]);
  });

  it('takes its index for a counter of 64 bits, and 31 bits of two words for coordinates', () => {
    for (const i of [1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 3, 2 ** 50 - 1]) {
      const [low, high] = [Number(BigInt(i) & 0xffffffffn), Number(BigInt(i) >> 32n)];
      const [c0 = 0, c1 = 0] = written([low, high, 0, 0], [0, 0]);
      expect(point(i)).toEqual([Math.floor(c0 / 2), Math.floor(c1 / 2)]);
    }
  });

  it('is inside where its exact distance is less than the radius', () => {
    for (let i = 2 ** 40; i < 2 ** 40 + 2_000; i += 1) {
      const [x, y] = point(i);
      expect(isInside(i)).toBe(BigInt(x) ** 2n + BigInt(y) ** 2n < BigInt(2 ** 31) ** 2n);
    }
  });
});
