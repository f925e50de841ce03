/**
 * How many primes a range has, and their sum. No bit is looked at by itself: of a byte's eight bits, two lookups by half
 * bytes tell the count c, two more by how much the residues differ from 15 each, d, taken half. A piece of bytes i with
 * counts c and differences 2d has the sum Σ (30i + 15)·c + 2d, and what is multiplied by i is found by adding up running
 * sums.
 */
import { advance, firstByte, open, piece } from './sieve';

/** By half bytes: bits set; (15 − r)/2 for r = 1, 7, 11, 13; (r − 15)/2 for r = 17, 19, 23, 29; and the places 0 … 15. */
const LOOKUPS = memory.data<u8>([
  0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
  0, 7, 4, 11, 2, 9, 6, 13, 1, 8, 5, 12, 3, 10, 7, 14,
  0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14,
  15,
]);
const PLACES = memory.data<u16>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/** Bytes of eight vectors. */
const STRETCH: i32 = 128;

let count: i64 = 0;
/** Σ (first byte of a piece) · (its count), in two halves, so that neither can overflow; and the sum within pieces. */
let upper: i64 = 0;
let lower: i64 = 0;
let within: i64 = 0;

/**
 * Over the primes p > 5 of bytes [from, to), 30 numbers each, 0 ≤ from ≤ to ≤ 2^50 / 30, to − from ≤ 2^30: leaves their
 * number in primeCount, and their sum as 30 · (primeUpper · 2^32 + primeLower) + primeWithin. A piece has fewer than
 * 0.73 · 2^18 primes, for the multiples of 7, 11 and 13 are gone, and begins below byte 2^45.1: what it adds to the halves
 * is less than 2^63, and to the last less than 2^38.
 */
export function primeSums(from: f64, to: f64): void {
  count = 0;
  upper = 0;
  lower = 0;
  within = 0;
  open(<i64>from, <i64>to);
  for (let size = advance(); size > 0; size = advance()) takeUp(piece(), size);
}

export function primeCount(): i64 { return count; }
export function primeUpper(): i64 { return upper; }
export function primeLower(): i64 { return lower; }
export function primeWithin(): i64 { return within; }

/**
 * Takes up a piece, in stretches of eight vectors; zeros fill up the last. Per lane of eight bits in a stretch: `sum`, of
 * c ≤ 8, ends ≤ 64; `weighted`, of running sums before each vector, at 8 · (0 + … + 7) = 224; `off`, of |d| ≤ 14, at 112.
 * In 32 bits per piece of 2^15 bytes: `before` ≤ 2^8 stretches times 2^16 a lane, all others less. Σ v·c over vectors v of
 * a stretch is 7·Σ c − weighted, for the running sums hold c from v = 0 seven times, from v = 7 not at all; stretches alike.
 */
function takeUp(at: usize, size: i32): void {
  const bits = v128.load(LOOKUPS);
  const low = v128.load(LOOKUPS + 16);
  const high = v128.load(LOOKUPS + 32);
  const half = v128.load8_splat(LOOKUPS + 48);
  const places0 = v128.load(PLACES);
  const places8 = v128.load(PLACES + 16);
  let counted = i32x4.splat(0);
  let before = i32x4.splat(0);
  let inner = i32x4.splat(0);
  let places = i32x4.splat(0);
  let differences = i32x4.splat(0);
  let stretches: i64 = 0;
  for (let stretch = at, end = at + size; stretch < end; stretch += STRETCH) {
    let sum = i8x16.splat(0);
    let weighted = i8x16.splat(0);
    let off = i8x16.splat(0);
    for (let v = 0; v < STRETCH; v += 16) {
      const bytes = v128.load(stretch + v);
      const l = v128.and(bytes, half);
      const h = v128.and(i16x8.shr_u(bytes, 4), half);
      weighted = i8x16.add(weighted, sum);
      sum = i8x16.add(sum, i8x16.add(i8x16.swizzle(bits, l), i8x16.swizzle(bits, h)));
      off = i8x16.add(off, i8x16.sub(i8x16.swizzle(high, h), i8x16.swizzle(low, l)));
    }
    before = i32x4.add(before, counted);
    counted = i32x4.add(counted, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sum)));
    inner = i32x4.add(inner, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(weighted)));
    differences = i32x4.add(differences, i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_s(off)));
    places = i32x4.add(places, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(sum), places0));
    places = i32x4.add(places, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(sum), places8));
    stretches++;
  }
  const c = total(counted);
  const byStretch = (stretches - 1) * c - total(before);
  const byVector = 7 * c - total(inner);
  count += c;
  within += 30 * (STRETCH * byStretch + 16 * byVector + total(places)) + 15 * c + 2 * total(differences);
  const far = firstByte() * c;
  upper += far >> 32;
  lower += far & 0xffffffff;
}

/** The sum of four signed lanes. */
@inline function total(v: v128): i64 {
  const pairs = i64x2.add(i64x2.extend_low_i32x4_s(v), i64x2.extend_high_i32x4_s(v));
  return i64x2.extract_lane(pairs, 0) + i64x2.extract_lane(pairs, 1);
}
