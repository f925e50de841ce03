/**
 * Two-bin sums of quads: four terms by one division, two quads by one instruction. The values are those of the series'
 * definitions (leibniz.ts, basel.ts, ln2-mercator.ts), operation for operation.
 */
import { addOne, clear, FLUSH_STEPS, flush, m1, m2 } from './two-bin';

export { sumFirst, sumLower, sumUpper } from './two-bin';

const LEIBNIZ: i32 = 0;
const BASEL: i32 = 1;
const MERCATOR: i32 = 2;

/** 1, 9, 16, 48, 5, 23, 45, 8, 24 */
const NUMBERS = memory.data<f64>([1, 9, 16, 48, 5, 23, 45, 8, 24]);

/** Σ T(Q_j) over j in [from, from + count): leaves the sum in sumFirst, sumUpper, sumLower. */
export function leibnizQuads(from: f64, count: i32): void { sum(LEIBNIZ, 8 * from + 4, count); }
export function baselQuads(from: f64, count: i32): void { sum(BASEL, 8 * from + 5, count); }
export function mercatorQuads(from: f64, count: i32): void { sum(MERCATOR, 8 * from + 5, count); }

/** `start` is y of the first quad; y rises by 8. `kind` is a constant wherever this is inlined. */
// @ts-ignore: decorator
@inline function sum(kind: i32, start: f64, count: i32): void {
  const one = v128.load64_splat(NUMBERS);
  const nine = v128.load64_splat(NUMBERS + 8);
  const c2 = v128.load64_splat(NUMBERS + (kind == LEIBNIZ ? 16 : kind == BASEL ? 32 : 56));
  const c3 = v128.load64_splat(NUMBERS + (kind == LEIBNIZ ? 24 : kind == BASEL ? 40 : 64));
  const c4 = v128.load64_splat(NUMBERS + 48);
  const sixteen = v128.load64_splat(NUMBERS + 16);
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
      const q = quad(kind, y, one, nine, c2, c3, c4, sixteen);
      const s = f64x2.add(q, M1);
      a = i64x2.add(a, s);
      b = i64x2.add(b, f64x2.add(f64x2.sub(q, f64x2.sub(s, M1)), M2));
      y = f64x2.add(y, sixteen);
    }
    flush(a, b, steps);
    left -= steps;
  }
  if (count & 1) addOne(f64x2.extract_lane(quad(kind, y, one, nine, c2, c3, c4, sixteen), 0));
}

// @ts-ignore: decorator
@inline function quad(kind: i32, y: v128, one: v128, nine: v128, c2: v128, c3: v128, c4: v128, sixteen: v128): v128 {
  const p = f64x2.mul(y, y);
  const w = f64x2.mul(f64x2.sub(p, one), f64x2.sub(p, nine));
  // (16p + 48) / w, and (8p + 24) / w
  if (kind != BASEL) return f64x2.div(f64x2.add(f64x2.mul(c2, p), c3), w);
  // 16(((p − 5)p + 23)p + 45) / w²
  const inner = f64x2.add(f64x2.mul(f64x2.sub(p, c2), p), c3);
  return f64x2.div(f64x2.mul(sixteen, f64x2.add(f64x2.mul(inner, p), c4)), f64x2.mul(w, w));
}
