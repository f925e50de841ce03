/**
 * Random points that need no memory: Philox4x32-10 turns a counter into a block of four words, so that point i is a
 * function of i alone and any worker can make any range of them. Source: Salmon, Moraes, Dror & Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC'11, where it passes all of BigCrush; constants as in their library Random123.
 */

/** Four words of 32 bits, each an integer from 0 to 2^32 − 1. */
export type Block = readonly [number, number, number, number];
export type Key = readonly [number, number];

const ROUNDS = 10;
/** Multipliers of words 0 and 2, and what the two words of the key gain from one round to the next. */
const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

const WORD = 2 ** 32;
const HALF = 2 ** 16;

/** The block that stands for `counter` under `key`. */
export function philox(counter: Block, key: Key): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round += 1) {
    const next0 = (upperProduct(c2, M1) ^ c1 ^ k0) >>> 0;
    const next2 = (upperProduct(c0, M0) ^ c3 ^ k1) >>> 0;
    [c0, c1, c2, c3] = [next0, Math.imul(c2, M1) >>> 0, next2, Math.imul(c0, M0) >>> 0];
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** ⌊a·b / 2^32⌋ for words a and b. In halves of b: no product or sum passes 2^49, so none rounds. */
function upperProduct(a: number, b: number): number {
  return Math.floor((a * (b >>> 16) + Math.floor((a * (b & 0xffff)) / HALF)) / HALF);
}

/** The points' key. Nothing is chosen: point 0 comes from the first known answer that Random123 publishes. */
const KEY: Key = [0, 0];

/** Point i, 0 ≤ i < 2^53, of the square [0, 2^31)²: the upper 31 bits of words 0 and 1 of counter i's block. */
export function point(i: number): readonly [number, number] {
  const [c0, c1] = philox([i % WORD, Math.floor(i / WORD), 0, 0], KEY);
  return [c0 >>> 1, c1 >>> 1];
}

/** Whether point i lies inside the quarter disc: x² + y² < 2^62, exactly. */
export function isInside(i: number): boolean {
  const [x, y] = point(i);
  return BigInt(x) * BigInt(x) + BigInt(y) * BigInt(y) < 1n << 62n;
}
