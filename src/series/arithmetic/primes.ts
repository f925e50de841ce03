/**
 * Primes the plain way: the sieve of Eratosthenes over all numbers of a range, and a proof for a single one. What the
 * compiled sieve does with wheels and patterns must come to the same.
 */

/** Numbers that a byte of the compiled sieve stands for: 2 · 3 · 5, a turn of its wheel. */
export const WHEEL = 30;

/** Numbers sieved at a time. */
const BLOCK = 2 ** 20;

/**
 * Numbers from x on below which a sieve spends most of its time on going through the primes up to √x: measured, that takes
 * as long as sieving about 1.5·√x numbers near 10^15 and 7·√x near 10^12, where a number costs less.
 */
export function leastSieve(x: number): number {
  return 8 * Math.sqrt(x);
}

/** The primes in [from, to), ascending; 0 ≤ from, to ≤ 2^51. Keeps the primes up to √to and a block at a time. */
export function* primesIn(from: number, to: number): Generator<number, void, undefined> {
  const base = primesUpTo(rootAbove(to));
  for (let first = Math.max(2, from); first < to; first += BLOCK) {
    const composite = new Uint8Array(Math.min(BLOCK, to - first));
    for (const p of base) {
      if (p * p >= first + composite.length) break;
      const start = Math.max(p * p, Math.ceil(first / p) * p);
      for (let at = start - first; at < composite.length; at += p) composite[at] = 1;
    }
    for (let at = 0; at < composite.length; at += 1) if (composite[at] === 0) yield first + at;
  }
}

/** The primes up to `limit`, from the odd numbers: entry i of `composite` is 2i + 1. */
function primesUpTo(limit: number): Uint32Array {
  const composite = new Uint8Array((limit + 1) >> 1);
  const primes = limit >= 2 ? [2] : [];
  for (let i = 1; i < composite.length; i += 1) {
    if (composite[i] === 1) continue;
    const p = 2 * i + 1;
    primes.push(p);
    for (let at = (p * p - 1) / 2; at < composite.length; at += p) composite[at] = 1;
  }
  return Uint32Array.from(primes);
}

/** An integer no less than √x, x < 2^52, at most 2 more; no digit of `Math.sqrt` is relied on. */
function rootAbove(x: number): number {
  let root = Math.ceil(Math.sqrt(x));
  while (root * root < x) root += 1;
  return root;
}

/**
 * The first nine primes: no composite below 3,825,123,056,546,413,051 is a strong pseudoprime to all of them (Jiang &
 * Deng, "Strong pseudoprimes to the first eight prime bases", Math. Comp. 83 (2014), who find that number).
 */
const BASES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n] as const;

/** Whether the integer n, 0 ≤ n ≤ 2^53, is prime: Miller's test to as many bases as prove it. */
export function isPrime(n: number): boolean {
  const x = BigInt(n);
  if (x < 2n) return false;
  for (const base of BASES) if (x % base === 0n) return x === base;
  let odd = x - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos += 1;
  return BASES.every((base) => isStrongProbablePrime(x, base, odd, twos));
}

/**
 * Whether x is a strong probable prime to the base: base^odd is 1, or base^(odd · 2^i) is −1 for some i < twos, mod x =
 * odd · 2^twos + 1.
 */
function isStrongProbablePrime(x: bigint, base: bigint, odd: bigint, twos: number): boolean {
  let power = powerMod(base, odd, x);
  if (power === 1n) return true;
  for (let i = 0; i < twos; i += 1) {
    if (power === x - 1n) return true;
    power = (power * power) % x;
  }
  return false;
}

function powerMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest % 2n === 1n) power = (power * square) % modulus;
    square = (square * square) % modulus;
  }
  return power;
}
