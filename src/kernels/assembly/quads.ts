/**
 * Two-bin sums of quads: four terms by one division, two quads by one instruction. The values are those of the series'
 * definitions (leibniz.ts, basel.ts, ln2-mercator.ts), operation for operation.
 */
import { addOne, clear, FLUSH_STEPS, flush, m1, m2 } from './two-bin';

export { sumFirst, sumLower, sumUpper } from './two-bin';

const LEIBNIZ: i32 = 0;
const BASEL: i32 = 1;
const MERCATOR: i32 = 2;

/** Coefficients of the quads, in the order of the constants; 16 is also what y rises by from one vector to the next. */
const NUMBERS = memory.data<f64>([1, 9, 16, 48, 5, 23, 45, 8, 24]);
const ONE: usize = NUMBERS;
const NINE: usize = NUMBERS + 8;
const SIXTEEN: usize = NUMBERS + 16;
const FORTY_EIGHT: usize = NUMBERS + 24;
const FIVE: usize = NUMBERS + 32;
const TWENTY_THREE: usize = NUMBERS + 40;
const FORTY_FIVE: usize = NUMBERS + 48;
const EIGHT: usize = NUMBERS + 56;
const TWENTY_FOUR: usize = NUMBERS + 64;

/** Σ T(Q_j) over j in [from, from + count): leaves the sum in sumFirst, sumUpper, sumLower. */
export function leibnizQuads(from: f64, count: i32): void { sum(LEIBNIZ, 8 * from + 4, count); }
export function baselQuads(from: f64, count: i32): void { sum(BASEL, 8 * from + 5, count); }
export function mercatorQuads(from: f64, count: i32): void { sum(MERCATOR, 8 * from + 5, count); }

/** `start` is y of the first quad; y rises by 8. `kind` is a constant wherever this is inlined. */
@inline function sum(kind: i32, start: f64, count: i32): void {
  const sixteen = v128.load64_splat(SIXTEEN);
  const one = v128.load64_splat(ONE);
  const nine = v128.load64_splat(NINE);
  const factor = kind == MERCATOR ? v128.load64_splat(EIGHT) : sixteen;
  const offset = v128.load64_splat(kind == MERCATOR ? TWENTY_FOUR : FORTY_EIGHT);
  const five = v128.load64_splat(FIVE);
  const twentyThree = v128.load64_splat(TWENTY_THREE);
  const fortyFive = v128.load64_splat(FORTY_FIVE);
  const M1 = m1();
  const M2 = m2();
  clear();
  let y = f64x2.replace_lane(f64x2.splat(start), 1, start + 8);
  let left = count >> 1;
  while (left > 0) {
    const steps = min(left, FLUSH_STEPS);
    let a = i64x2.splat(0);
    let b = i64x2.splat(0);
    for (let step = 0; step < steps; step++) {
      const q =
        kind == BASEL
          ? positiveQuad(y, one, nine, sixteen, five, twentyThree, fortyFive)
          : alternatingQuad(y, one, nine, factor, offset);
      const s = f64x2.add(q, M1);
      a = i64x2.add(a, s);
      b = i64x2.add(b, f64x2.add(f64x2.sub(q, f64x2.sub(s, M1)), M2));
      y = f64x2.add(y, sixteen);
    }
    flush(a, b, steps);
    left -= steps;
  }
  if (count & 1) {
    const q =
      kind == BASEL
        ? positiveQuad(y, one, nine, sixteen, five, twentyThree, fortyFive)
        : alternatingQuad(y, one, nine, factor, offset);
    addOne(f64x2.extract_lane(q, 0));
  }
}

/** (16p + 48) / ((p − 1)(p − 9)), or with other numbers (8p + 24) / ((p − 1)(p − 9)); p = y². */
@inline function alternatingQuad(y: v128, one: v128, nine: v128, factor: v128, offset: v128): v128 {
  const p = f64x2.mul(y, y);
  const w = f64x2.mul(f64x2.sub(p, one), f64x2.sub(p, nine));
  return f64x2.div(f64x2.add(f64x2.mul(factor, p), offset), w);
}

/** 16(((p − 5)p + 23)p + 45) / ((p − 1)(p − 9))²; p = y². */
@inline function positiveQuad(
  y: v128, one: v128, nine: v128, sixteen: v128, five: v128, twentyThree: v128, fortyFive: v128,
): v128 {
  const p = f64x2.mul(y, y);
  const w = f64x2.mul(f64x2.sub(p, one), f64x2.sub(p, nine));
  const inner = f64x2.add(f64x2.mul(f64x2.sub(p, five), p), twentyThree);
  return f64x2.div(f64x2.mul(sixteen, f64x2.add(f64x2.mul(inner, p), fortyFive)), f64x2.mul(w, w));
}
