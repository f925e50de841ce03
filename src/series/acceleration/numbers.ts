/**
 * Euler and Bernoulli numbers, exactly: the coefficients of every expansion in this room. Both come from the zigzag
 * numbers A_n, which count the permutations that rise and fall in turns: A_2j = |E_2j|, and A_(2j−1) are the tangent
 * numbers, of which the Bernoulli numbers are simple quotients.
 */

/** An exact number num / den, den > 0, not necessarily in lowest terms. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}

/**
 * The greatest index 2j that is known. The tails' terms reach their smallest, or the end of their fixed point, at 2j ≤ 176
 * (bestOrder), whatever n.
 */
export const INDEX_MAX = 200;

/** E_2j, from sech z = Σ E_2j z^2j / (2j)!: 1, −1, 5, −61, … for j = 0, 1, 2, …, 2j ≤ INDEX_MAX. */
export function eulerNumber(j: number): bigint {
  return j % 2 === 0 ? zigzagNumber(2 * j) : -zigzagNumber(2 * j);
}

/**
 * B_2j, from z / (eᶻ − 1) = 1 − z/2 + Σ B_2j z^2j / (2j)!: 1/6, −1/30, 1/42, … for j = 1, 2, 3, …, 2j ≤ INDEX_MAX. By
 * tan z = cot z − 2 cot 2z it is (−1)^(j−1) · 2j · A_(2j−1) / (4^j (4^j − 1)) (Graham, Knuth & Patashnik, Concrete
 * Mathematics, section 6.5).
 */
export function bernoulliNumber(j: number): Ratio {
  const power = 1n << BigInt(2 * j);
  const num = BigInt(2 * j) * zigzagNumber(2 * j - 1);
  return { num: j % 2 === 0 ? -num : num, den: power * (power - 1n) };
}

/** A_0, A_1, … as far as they were ever asked for, and the row of the triangle that the last one ends. */
const zigzag = [1n];
let row: readonly bigint[] = [1n];

/**
 * A_index: each row sums up the row before it, read backwards, and ends with its number (Seidel 1877). The triangle grows
 * when it has to, for most n need few numbers: the same index has the same number, whoever asked before.
 */
function zigzagNumber(index: number): bigint {
  while (zigzag.length <= index && zigzag.length <= INDEX_MAX) {
    let sum = 0n;
    const next = [sum];
    for (const entry of row.toReversed()) {
      sum += entry;
      next.push(sum);
    }
    row = next;
    zigzag.push(sum);
  }
  const number = zigzag[index];
  if (number === undefined) throw new RangeError(`no zigzag number at ${index}`);
  return number;
}
