/**
 * Two-bin sums of the logarithms of Wallis's factors: the first 2^14 one by one, all others four by one division and eight
 * by one instruction. The values are those of the series' definition (wallis.ts), operation for operation.
 */
import { addOne, clear, FLUSH_STEPS, flush, m1, m2 } from './two-bin';

/** Quads whose terms are taken one by one. */
const NEAR: f64 = 4096;

/** What is divided, what z² is lessened by, and what z rises by from one vector to the next. */
const NUMBERS = memory.data<f64>([1, 3.875, 8]);

/** Σ T over the values of quads [from, from + count): leaves the sum in sumFirst, sumUpper, sumLower. */
export function wallisQuads(from: f64, count: i32): void {
  clear();
  let j = from;
  let left = count;
  for (; left > 0 && j < NEAR; left--) {
    for (let k = 4 * j + 1; k <= 4 * j + 4; k++) addOne(term(k));
    j++;
  }
  if (left > 0) far(4 * j + 2.5, left);
}

function term(k: f64): f64 {
  const w: f64 = 1 / (8 * k * k - 1);
  const square = w * w;
  let factor: f64 = 1.0 / 19.0;
  for (let odd: f64 = 17; odd >= 3; odd -= 2) factor = factor * square + 1 / odd;
  const twice = 2 * w;
  return twice + twice * (factor * square);
}

/** `start` is z of the first quad; z rises by 4. */
function far(start: f64, count: i32): void {
  const one = v128.load64_splat(NUMBERS);
  const offset = v128.load64_splat(NUMBERS + 8);
  const eight = v128.load64_splat(NUMBERS + 16);
  const M1 = m1();
  const M2 = m2();
  let z = f64x2.replace_lane(f64x2.splat(start), 1, start + 4);
  let left = count >> 1;
  while (left > 0) {
    const steps = min(left, FLUSH_STEPS);
    let a = i64x2.splat(0);
    let b = i64x2.splat(0);
    for (let step = 0; step < steps; step++) {
      const q = f64x2.div(one, f64x2.sub(f64x2.mul(z, z), offset));
      const s = f64x2.add(q, M1);
      a = i64x2.add(a, s);
      b = i64x2.add(b, f64x2.add(f64x2.sub(q, f64x2.sub(s, M1)), M2));
      z = f64x2.add(z, eight);
    }
    flush(a, b, steps);
    left -= steps;
  }
  if (count & 1) {
    const z = start + 4 * <f64>(count - 1);
    addOne(1 / (z * z - 3.875));
  }
}
