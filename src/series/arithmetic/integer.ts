/** Integer division and square root with a stated direction of rounding: what enclosures are made of. */

/** ⌊a / b⌋ for a ≥ 0, b > 0. */
export function divideDown(a: bigint, b: bigint): bigint {
  return a / b;
}

/** ⌈a / b⌉ for a ≥ 0, b > 0. */
export function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** ⌊a / 2^bits⌋ for any a. */
export function shiftDown(a: bigint, bits: number): bigint {
  return a >> BigInt(bits);
}

/** ⌈a / 2^bits⌉ for any a. */
export function shiftUp(a: bigint, bits: number): bigint {
  return -(-a >> BigInt(bits));
}

/** The number of binary digits of x ≥ 0; 0 has none. */
export function bitLength(x: bigint): number {
  if (x === 0n) return 0;
  const hex = x.toString(16);
  return 4 * hex.length - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}

/** ⌊√x⌋ for x ≥ 0, at the cost of a few multiplications of that length; a negative x throws. */
export function rootDown(x: bigint): bigint {
  if (x < 0n) throw new RangeError('square root of a negative number');
  return rootAndRest(x).root;
}

/** Bits up to which Newton's iteration is faster than to go on halving. */
const NEWTON_BITS = 256;

/**
 * Zimmermann's square root (Karatsuba Square Root, INRIA RR-3805, 1999): root and rest with x = root² + rest and
 * 0 ≤ rest ≤ 2 · root, for x ≥ 0. With x = h·4^l + m·2^l + d, 0 ≤ m, d < 2^l, and h = r² + s,
 * the root is r·2^l + q, where q is the quotient of s·2^l + m by 2r and u what that leaves: x less its square is
 * u·2^l + d − q². It is never too small, and at most 1 too great if r ≥ 2^(l−1), for then q ≤ 2^l and
 * q² ≤ 2^(2l) < 2(r·2^l + q): hence h has at least 2l bits, and one step down is enough.
 */
function rootAndRest(x: bigint): { root: bigint; rest: bigint } {
  const bits = bitLength(x);
  if (bits <= NEWTON_BITS) {
    const root = newtonRoot(x, bits);
    return { root, rest: x - root * root };
  }
  const part = BigInt(bits >> 2);
  const above = rootAndRest(x >> (2n * part));
  const dividend = (above.rest << part) | BigInt.asUintN(bits >> 2, x >> part);
  const divisor = above.root << 1n;
  const quotient = dividend / divisor;
  const left = dividend - quotient * divisor;
  const root = (above.root << part) + quotient;
  const rest = (left << part) + BigInt.asUintN(bits >> 2, x) - quotient * quotient;
  return rest < 0n ? { root: root - 1n, rest: rest + 2n * root - 1n } : { root, rest };
}

/**
 * ⌊√x⌋ of a number of `bits` bits by Newton's iteration in integers. It starts above the root and falls strictly
 * until it reaches the floor (Cohen, A Course in Computational Algebraic Number Theory, algorithm 1.7.1).
 */
function newtonRoot(x: bigint, bits: number): bigint {
  if (x === 0n) return 0n;
  let root = 1n << BigInt((bits + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** ⌈√x⌉ for x ≥ 0. */
export function rootUp(x: bigint): bigint {
  const root = rootDown(x);
  return root * root === x ? root : root + 1n;
}
