/**
 * The multiples of 7 … 97, crossed off by copying. What p crosses off repeats every p bytes, for 30 numbers fill one; a
 * product of primes has a pattern of as many bytes, and eight patterns AND-ed together are all 22 primes at once, for
 * less than a tenth of what these primes cost hit by hit: they have about half of all hits.
 */
import { bitOf, cross, RESIDUES } from './wheel';

/** The primes of each pattern; 1 where there are but two. The products are chosen alike: about 33 kB, and 7 kB. */
const FACTORS = memory.data<u8>([
  7, 67, 71, 11, 41, 73, 13, 43, 59, 17, 37, 53, 19, 29, 61, 23, 31, 47, 1, 79, 97, 1, 83, 89,
]);
const PATTERNS: u32 = 8;
/** The first prime that is left to be crossed off. */
export const PRESIEVED: u32 = 101;

/** Bytes that are written in one go: so much of its beginning stands behind each pattern once more. */
const GO: u32 = 4096;

/** Per pattern: address, bytes until it repeats, bytes into it. */
const STATE = memory.data(8 * 12);

/** Bytes that all patterns take: the sum of the products, and the repeated beginnings. */
export const PATTERN_BYTES: usize = 214_712 + 8 * 4096;

/** Makes the patterns at `at`. */
export function makePatterns(at: usize): void {
  for (let index: u32 = 0; index < PATTERNS; index++) {
    const factors = FACTORS + 3 * index;
    const period = <u32>load<u8>(factors) * load<u8>(factors, 1) * load<u8>(factors, 2);
    memory.fill(at, 0xff, period + GO);
    for (let factor: u32 = 0; factor < 3; factor++) {
      const p = <u32>load<u8>(factors + factor);
      if (p > 1) crossAll(at, period + GO, p);
    }
    store<u32>(STATE + 12 * index, <u32>at);
    store<u32>(STATE + 12 * index, period, 4);
    at += period + GO;
  }
}

/** Crosses the multiples of p off the `size` bytes at `at` that stand for 0, 1, 2, … */
function crossAll(at: usize, size: u32, p: u32): void {
  for (let period: u32 = 0; period < size; period += p) {
    for (let bit = 0; bit < 8; bit++) {
      const x = p * load<u8>(RESIDUES + bit);
      const byte = period + x / 30;
      if (byte < size) cross(at + byte, ~(<u32>1 << bitOf(x % 30)));
    }
  }
}

/** Writes bytes first … first + size − 1 of the sieve to `to`, and up to 15 more; size < 2^31. */
export function presieve(to: usize, first: i64, size: u32): void {
  for (let index: u32 = 0; index < PATTERNS; index++) {
    const state = STATE + 12 * index;
    store<u32>(state, <u32>(first % <i64>load<u32>(state, 4)), 8);
  }
  for (let done: u32 = 0; done < size; done += GO) {
    const count = min(GO, (size - done + 15) & ~15);
    write(to + done, count, source(0, count), source(1, count), source(2, count), source(3, count),
      source(4, count), source(5, count), source(6, count), source(7, count));
  }
  // The 22 primes are multiples of themselves, and 1 is no prime: the first four bytes are what they are.
  for (let byte = first; byte < 4; byte++) store<u8>(to + <usize>(byte - first), 0x7eefdffe >> (8 * <u32>byte));
}

/** Where the next `count` bytes of a pattern stand; steps over them. */
function source(index: u32, count: u32): usize {
  const state = STATE + 12 * index;
  const period = load<u32>(state, 4);
  const offset = load<u32>(state, 8);
  const next = offset + count;
  store<u32>(state, next >= period ? next - period : next, 8);
  return load<u32>(state) + offset;
}

function write(to: usize, count: u32, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize): void {
  for (let i: u32 = 0; i < count; i += 16) {
    const abcd = v128.and(
      v128.and(v128.load(a + i), v128.load(b + i)),
      v128.and(v128.load(c + i), v128.load(d + i)),
    );
    const efgh = v128.and(
      v128.and(v128.load(e + i), v128.load(f + i)),
      v128.and(v128.load(g + i), v128.load(h + i)),
    );
    v128.store(to + i, v128.and(abcd, efgh));
  }
}
