/**
 * Primes by ways that share nothing with the code under test: by dividing, by a recurrence that sees no prime beyond a root,
 * and by a sieve of odd numbers only.
 */

export interface PrimeTotals {
  readonly count: number;
  readonly sum: bigint;
}

/** Whether n is prime, by dividing it by all numbers that could show it is not. */
export function dividesByNone(n: number): boolean {
  if (n < 4) return n >= 2;
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;
  return true;
}

/**
 * The primes up to n, counted and summed in O(n^(3/4)), n ≤ 10^8, so that all sums are exact doubles. For each value v of
 * ⌊n / i⌋, what is left of 2 … v after the primes up to p have sieved: S(v, p) = S(v, p − 1) − p^k (S(v / p, p − 1) −
 * S(p − 1, p − 1)), which is Legendre's formula (as used by "Lucy_Hedgehog" in Project Euler's thread 10).
 */
export function totalsUpTo(n: number): PrimeTotals {
  const root = Math.floor(Math.sqrt(n));
  /** Of v ≤ root at v, and of n / i at i. */
  const [counts, sums] = [new Float64Array(root + 1), new Float64Array(root + 1)];
  const [farCounts, farSums] = [new Float64Array(root + 1), new Float64Array(root + 1)];
  for (let i = 1; i <= root; i += 1) {
    const far = Math.floor(n / i);
    counts[i] = i - 1;
    sums[i] = (i * (i + 1)) / 2 - 1;
    farCounts[i] = far - 1;
    farSums[i] = (far * (far + 1)) / 2 - 1;
  }
  const at = (near: Float64Array, distant: Float64Array, v: number): number =>
    (v <= root ? near[v] : distant[Math.floor(n / v)]) ?? 0;
  for (let p = 2; p <= root; p += 1) {
    const [before, sumBefore] = [counts[p - 1] ?? 0, sums[p - 1] ?? 0];
    if (counts[p] === before) continue;
    const left = (v: number): readonly [number, number] => [
      at(counts, farCounts, v) - before,
      p * (at(sums, farSums, v) - sumBefore),
    ];
    for (let i = 1; i <= root && Math.floor(n / i) >= p * p; i += 1) {
      const [count, sum] = left(Math.floor(Math.floor(n / i) / p));
      farCounts[i] = (farCounts[i] ?? 0) - count;
      farSums[i] = (farSums[i] ?? 0) - sum;
    }
    for (let v = root; v >= p * p; v -= 1) {
      const [count, sum] = left(Math.floor(v / p));
      counts[v] = (counts[v] ?? 0) - count;
      sums[v] = (sums[v] ?? 0) - sum;
    }
  }
  return { count: at(counts, farCounts, n), sum: BigInt(at(sums, farSums, n)) };
}

/** The odd primes in [from, to), from even; entry i of what is marked stands for from + 2i + 1. */
export function oddPrimes(from: number, to: number): Float64Array {
  const marked = new Uint8Array((to - from) / 2);
  const root = Math.floor(Math.sqrt(to)) + 1;
  const base = new Uint8Array(root + 1);
  for (let p = 3; p <= root; p += 2) {
    if (base[p] === 1) continue;
    for (let multiple = p * p; multiple <= root; multiple += 2 * p) base[multiple] = 1;
    const least = Math.max(p * p, p * (2 * Math.ceil((from / p - 1) / 2) + 1));
    for (let i = (least - from - 1) / 2; i < marked.length; i += p) if (i >= 0) marked[i] = 1;
  }
  const primes: number[] = [];
  for (let i = 0; i < marked.length; i += 1)
    if (marked[i] === 0 && from + i > 0) primes.push(from + 2 * i + 1);
  return Float64Array.from(primes);
}

/** Count and sum of a list of primes. */
export function totals(primes: Iterable<number>): PrimeTotals {
  let count = 0;
  let sum = 0n;
  for (const p of primes) {
    count += 1;
    sum += BigInt(p);
  }
  return { count, sum };
}

/** Those of ascending primes that another one follows two later. */
export function lesserTwins(primes: Float64Array): readonly number[] {
  return [...primes].filter((p, place) => primes[place + 1] === p + 2);
}
