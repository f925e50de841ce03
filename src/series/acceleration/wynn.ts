/**
 * Wynn's epsilon algorithm (Wynn, MTAC 10 (1956) 91–96) for the Shanks transformation, which removes transients qᵏ from
 * the partial sums: 0.766 digits a term for Leibniz' series, next to nothing for series whose terms fall like a power
 * without changing sign (Basel). No bound is known in general, so it is a heuristic.
 */
import { checkCount, type Heuristic } from './transformation.ts';

/**
 * The sum of Σ a_k from terms[k] ≈ 2^bits a_k, signed, k < n ≤ TERMS_MAX: the last entry of the last even column of
 * ε_(c+1)[k] = ε_(c−1)[k+1] + 1 / (ε_c[k+1] − ε_c[k]), ε_0 the partial sums, ε_(−1) = 0. Where neighbours are equal there
 * is nothing to divide by: in an even column they are the limit, as far as these units can tell; in an odd one the column
 * before it cannot be improved.
 */
export function wynnEpsilon(terms: readonly bigint[], bits: number): Heuristic {
  checkCount(terms);
  const one = 1n << BigInt(2 * bits);
  let before: readonly bigint[] = [0n, ...terms].fill(0n);
  let column: readonly bigint[] = partialSums(terms);
  let estimate = column.at(-1) ?? 0n;
  for (let order = 1; order < terms.length; order += 1) {
    const next: bigint[] = [];
    for (const [k, entry] of column.slice(1).entries()) {
      const difference = entry - (column[k] ?? 0n);
      if (difference === 0n) return { kind: 'heuristic', estimate: order % 2 === 1 ? entry : estimate };
      next.push((before[k + 1] ?? 0n) + one / difference);
    }
    [before, column] = [column, next];
    if (order % 2 === 0) estimate = next.at(-1) ?? estimate;
  }
  return { kind: 'heuristic', estimate };
}

function partialSums(terms: readonly bigint[]): bigint[] {
  let sum = 0n;
  return terms.map((term) => {
    sum += term;
    return sum;
  });
}
