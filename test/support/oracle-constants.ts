/** Constants to any number of digits, each by a formula that the catalogue does not use, in integers with guard digits. */

/** e = 1 / Σ (−1)^k/k!, the inverse of e^-1. */
export function inverseOfInverseE(one: bigint): bigint {
  let [term, sum, k] = [one, 0n, 0n];
  while (term !== 0n) {
    sum += term;
    k += 1n;
    term /= -k;
  }
  return (one * one) / sum;
}

/** ζ(3) = 1/64 · Σ (−1)^k k!^10 (205k² + 250k + 77) / (2k+1)!^5 (Amdeberhan & Zeilberger 1997). */
export function amdeberhanZeilberger(one: bigint): bigint {
  let [term, sum, k] = [one, 0n, 0n];
  while (term !== 0n) {
    sum += term * (205n * k * k + 250n * k + 77n);
    k += 1n;
    term = (term * -(k ** 10n)) / (2n * k * (2n * k + 1n)) ** 5n;
  }
  return sum / 64n;
}

/** Catalan's Σ (−1)^k/(2k+1)², its first n terms weighted by Cohen, Villegas & Zagier (2000): error below 2/5.8^n. */
export function weightedCatalan(one: bigint): bigint {
  const n = BigInt(Math.ceil(one.toString().length * 1.31) + 5);
  // d = ((3 + √8)^n + (3 − √8)^n) / 2.
  let [d, before] = [3n, 1n];
  for (let k = 1n; k < n; k += 1n) [d, before] = [6n * d - before, d];
  let [b, c, sum] = [-1n, -d, 0n];
  for (let k = 0n; k < n; k += 1n) {
    c = b - c;
    sum += (c * one) / (2n * k + 1n) ** 2n;
    b = (2n * (k + n) * (k - n) * b) / ((2n * k + 1n) * (k + 1n));
  }
  return sum / d;
}

/** √2 by x ← x/2 + 1/x, until it stands. */
export function newtonRootOfTwo(one: bigint): bigint {
  let x = 2n * one;
  for (;;) {
    const next = (x + (2n * one * one) / x) / 2n;
    if (next >= x) return x;
    x = next;
  }
}
