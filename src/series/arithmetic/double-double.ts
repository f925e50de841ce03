/**
 * Twice a double's precision from doubles: a number as the unevaluated sum of two, made with + − * / alone, which every
 * machine rounds alike. There is no fused multiply-add in the language, so products are taken apart (Veltkamp, Dekker).
 */

/** A number worth high + low, the double nearest to it but for a few units in the last place, and what that lacks. */
export interface Pair {
  readonly high: number;
  readonly low: number;
}

/** 2^27 + 1: Veltkamp's constant for halves of 26 bits. */
const SPLITTER = 2 ** 27 + 1;

/** x to its upper 26 bits: a multiple of 2^27 ulp(x), and |x − upperHalf(x)| ≤ 2^26 ulp(x) (Veltkamp 1968); |x| < 2^996. */
function upperHalf(x: number): number {
  const shifted = x * SPLITTER;
  return shifted - (shifted - x);
}

/**
 * Exactly a · b − p, where p is the double nearest to a · b (Dekker 1971), or where a is the double nearest to 1 / b and
 * p = 1; for a, b > 0 with a · b between 2^-900 and 2^900.
 *
 * Proof. Let g = ulp(a), h = ulp(b), so that 2^104 gh ≤ ab < 2^106 gh. The four partial products are exact, for halves
 * have 26 bits. The partial sums are exact, for each is a multiple of some unit and less than 2^53 of it:
 * - aₕbₕ − p: both are multiples of 2^52 gh (in the second case p = 1 is a power of two above 2^103 gh); it is
 *   (ab − p) − (ab − aₕbₕ), the former at most 2^52 gh, the latter less than 2 · 2^53 · 2^26 gh + 2^52 gh < 2^81 gh;
 * - + aₕbₗ: a multiple of 2^27 gh; ab − p − aₗb is less than 2^52 gh + 2^26 · 2^53 gh < 2^80 gh;
 * - + aₗbₕ: a multiple of 2^27 gh; ab − p − aₗbₗ is at most 2^52 gh + 2^52 gh;
 * - + aₗbₗ: a multiple of gh; ab − p is at most 2^52 gh: half an ulp of p, or, in the second case, b times half an ulp
 *   of a, b · g / 2 < 2^53 h · g / 2.
 */
export function productError(a: number, b: number, p: number): number {
  const aHigh = upperHalf(a);
  const aLow = a - aHigh;
  const bHigh = upperHalf(b);
  const bLow = b - bHigh;
  return aHigh * bHigh - p + aHigh * bLow + aLow * bHigh + aLow * bLow;
}
