/** The classic way: a chain of lazy generators, terms → running sums → take. */

function* terms(): Generator<number> {
  for (let k = 0; ; k += 1) yield (k % 2 === 0 ? 4 : -4) / (2 * k + 1);
}

function* sums(values: Iterable<number>): Generator<number> {
  let sum = 0;
  for (const value of values) {
    sum += value;
    yield sum;
  }
}

/** The sum of the first `count` terms of Leibniz' series. */
export function lazySum(count: number): number {
  let last = 0;
  let taken = 0;
  for (const sum of sums(terms())) {
    last = sum;
    taken += 1;
    if (taken === count) break;
  }
  return last;
}
