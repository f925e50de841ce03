/** Integer division and square root with a stated direction of rounding: what enclosures are made of. */

/** ⌊a / b⌋ for a ≥ 0, b > 0. */
export function divideDown(a: bigint, b: bigint): bigint {
  return a / b;
}

/** ⌈a / b⌉ for a ≥ 0, b > 0. */
export function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** The number of binary digits of x ≥ 0; 0 has none. */
export function bitLength(x: bigint): number {
  if (x === 0n) return 0;
  const hex = x.toString(16);
  return 4 * hex.length - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}

/**
 * ⌊√x⌋ for x ≥ 0 by Newton's iteration in integers. It starts above the root and falls strictly until it reaches the
 * floor (Cohen, A Course in Computational Algebraic Number Theory, algorithm 1.7.1).
 */
export function rootDown(x: bigint): bigint {
  if (x < 0n) throw new RangeError('square root of a negative number');
  if (x === 0n) return 0n;
  let root = 1n << BigInt((bitLength(x) + 1) >> 1);
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
