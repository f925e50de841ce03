/**
 * Square roots of small integers to millions of bits: Newton's iteration for the inverse root needs no division,
 * and a small radicand costs nothing beside its two products, so that it takes a third of a general root's time.
 */
import { rootDown } from './integer.ts';

/** Bits up to which a root is taken directly. */
const DIRECT_BITS = 200;

/** Bits beyond half of what is wanted that make up for the rounding of a step. */
const BEYOND_HALF = 8;

/**
 * A number y with |y − 2^bits/√radicand| ≤ 2; 1 ≤ radicand < 2^16, bits ≥ 0.
 *
 * Directly it is the floor, off by less than 1. A step takes y = (1 + d)·2^h/√r, |d| ≤ 2·√r·2^-h, at h ≥ bits/2 + 8
 * to y·(1 + e/2) with e = 1 − r·y²/2^(2h) = −2d − d², that is to (1 − 3d²/2 − d³/2) times 2^h/√r: the distance is
 * at most 2d² of it, in units of 2^-bits 2·4r·2^(bits−2h)/√r ≤ 8·√r·2^-16 < 1/8 for √r < 2^8, and less than 1 for
 * rounding down.
 */
export function inverseRoot(radicand: bigint, bits: number): bigint {
  if (bits <= DIRECT_BITS) return rootDown((1n << BigInt(2 * bits)) / radicand);
  const half = (bits >> 1) + 1 + BEYOND_HALF;
  const y = inverseRoot(radicand, half);
  const error = (1n << BigInt(2 * half)) - radicand * y * y;
  // y · 2^(bits − half) + y · error / 2^(2 · half + 1) · 2^(bits − half)
  return (y << BigInt(bits - half)) + ((y * error) >> BigInt(3 * half + 1 - bits));
}
