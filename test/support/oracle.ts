/**
 * What leibniz and basel have to say, computed a second time and another way: exact rationals, a soft float that
 * rounds each operation, digits by long division. Nothing here comes from src/series, so that a mistake there
 * cannot agree with itself. Slow, and meant to be read beside numerics 1.1 and 1.2.
 */

import { fl, floor, minus, plus, power, type Ratio, ratio, round, times, toDouble } from './oracle-ratio.ts';

/** T(q): nearest multiple of 2^-48, then of 2^-98 for what remains, as one integer at 2^-98. */
export function quantized(q: Ratio): bigint {
  const first = round(times(q, power(48)));
  const rest = minus(q, times(ratio(first), power(-48)));
  return (first << 50n) + round(times(rest, power(98)));
}

/** One series as the oracle knows it. Indices are those of terms from 0 and of quads from 0. */
export interface OracleSeries {
  /** The double that stands for quad j, by the operation order of numerics 1.2. */
  quad(j: number): Ratio;
  term(index: number): Ratio;
  /** The same without any rounding, for terms [from, to). */
  exact(from: number, to: number): Ratio;
  /** The bound on |sum of doubles, quantised − S_n|. */
  rounding(n: number): Ratio;
  /** The enclosure of the limit and the estimate, before the root where there is one, from the quantised sum. */
  ends(sum: Ratio, n: number): { estimate: Ratio; lower: Ratio; upper: Ratio };
  readonly root: boolean;
  readonly places: number;
}

const u = power(-53);
const sumTerms = (from: number, to: number, term: (k: number) => Ratio): Ratio => {
  // Pairwise, so that the denominators of a long sum stay as short as they can.
  if (to - from <= 0) return ratio(0);
  if (to - from === 1) return term(from);
  const middle = Math.floor((from + to) / 2);
  return plus(sumTerms(from, middle, term), sumTerms(middle, to, term));
};

export const oracleLeibniz: OracleSeries = {
  root: false,
  places: 15,
  quad(j) {
    const y = fl.add(fl.mul(ratio(8), ratio(j)), ratio(4));
    const p = fl.mul(y, y);
    const above = fl.add(fl.mul(ratio(16), p), ratio(48));
    return fl.div(above, fl.mul(fl.sub(p, ratio(1)), fl.sub(p, ratio(9))));
  },
  term: (k) => fl.div(ratio(k % 2 === 0 ? 4 : -4), ratio(2 * k + 1)),
  exact: (from, to) => sumTerms(from, to, (k) => ratio(k % 2 === 0 ? 4 : -4, 2 * k + 1)),
  rounding(n) {
    const [quads, rest] = [Math.floor(n / 4), n % 4];
    const twoPi = ratio(62_831_853_072n, 10n ** 10n);
    const far = n > 2 ** 23 ? power(-19) : ratio(0);
    const whole = quads > 0 ? times(u, plus(twoPi, far)) : ratio(0);
    const single = times(u, ratio(4 * rest, 8 * quads + 1));
    return plus(plus(whole, single), times(ratio(quads + rest), power(-99)));
  },
  ends(sum, n) {
    const rounding = oracleLeibniz.rounding(n);
    const next = ratio(n % 2 === 0 ? 4 : -4, 2 * n + 1);
    const [low, high] = n % 2 === 0 ? [sum, plus(sum, next)] : [plus(sum, next), sum];
    return { estimate: sum, lower: minus(low, rounding), upper: plus(high, rounding) };
  },
};

export const oracleBasel: OracleSeries = {
  root: true,
  places: 14,
  quad(j) {
    const y = fl.add(fl.mul(ratio(8), ratio(j)), ratio(5));
    const v = fl.mul(y, y);
    const w = fl.mul(fl.sub(v, ratio(1)), fl.sub(v, ratio(9)));
    const two = fl.add(fl.mul(fl.sub(v, ratio(5)), v), ratio(23));
    const three = fl.add(fl.mul(two, v), ratio(45));
    return fl.div(fl.mul(ratio(16), three), fl.mul(w, w));
  },
  term: (index) => fl.div(ratio(1), fl.mul(ratio(index + 1), ratio(index + 1))),
  exact: (from, to) => sumTerms(from, to, (index) => ratio(1n, BigInt(index + 1) ** 2n)),
  rounding(n) {
    const [quads, rest] = [Math.floor(n / 4), n % 4];
    const far = n > 2 ** 25 ? times(ratio(15), power(-24)) : ratio(0);
    const whole = quads > 0 ? times(u, plus(ratio(8 * 1_645, 1_000), far)) : ratio(0);
    const single = times(u, ratio(2n * BigInt(rest), BigInt(4 * quads + 1) ** 2n));
    return plus(plus(whole, single), times(ratio(quads + rest), power(-99)));
  },
  ends(sum, n) {
    const rounding = oracleBasel.rounding(n);
    const low = plus(minus(sum, rounding), ratio(1, n + 1));
    const high = plus(plus(sum, rounding), ratio(1, n));
    return { estimate: times(ratio(6), sum), lower: times(ratio(6), low), upper: times(ratio(6), high) };
  },
};

/** The integer V of terms [0, n): T of the whole quads and of the 0 to 3 terms behind them. */
export function quantizedSum(series: OracleSeries, n: number): bigint {
  const quads = Math.floor(n / 4);
  let sum = 0n;
  for (let j = 0; j < quads; j += 1) sum += quantized(series.quad(j));
  for (let index = 4 * quads; index < n; index += 1) sum += quantized(series.term(index));
  return sum;
}

export interface OracleFigures {
  readonly value: number;
  readonly decimal: string;
  readonly lower: string;
  readonly upper: string;
  readonly digits: number;
}

/** The figures at n from V over [0, n). */
export function oracleFigures(series: OracleSeries, v: bigint, n: number): OracleFigures {
  const { estimate, lower, upper } = series.ends(ratio(v, 1n << 98n), n);
  const scale = 10n ** BigInt(series.places);
  const down = (x: Ratio) => rootFloor(series, x, scale);
  const up = (x: Ratio) => {
    const below = down(x);
    return isAt(series, x, below, scale) ? below : below + 1n;
  };
  const nearest = (rootFloor(series, estimate, 2n * scale) + 1n) / 2n;
  const [low, high] = [writeDecimal(down(lower), series.places), writeDecimal(up(upper), series.places)];
  return {
    value: nearestNumber(series, estimate),
    decimal: writeDecimal(nearest, series.places),
    lower: low,
    upper: high,
    digits: samePlaces(low, high),
  };
}

/** ⌊x · scale⌋ or ⌊√x · scale⌋. */
function rootFloor({ root }: OracleSeries, x: Ratio, scale: bigint): bigint {
  return root ? squareRoot(floor(times(x, ratio(scale * scale)))) : floor(times(x, ratio(scale)));
}

function isAt({ root }: OracleSeries, x: Ratio, count: bigint, scale: bigint): boolean {
  const candidate = root ? ratio(count * count, scale * scale) : ratio(count, scale);
  return candidate.num * x.den === x.num * candidate.den;
}

/** The double nearest to x or √x. A root is first taken to 200 bits: no double or midpoint of two lies that close. */
function nearestNumber({ root }: OracleSeries, x: Ratio): number {
  const exact = root ? ratio(squareRoot(floor(times(x, power(400)))), 1n << 200n) : x;
  const { num, den } = toDouble(exact);
  const common = 1n << BigInt(den.toString(2).length - 1);
  if (common !== den) throw new Error('a double has a power of two below the line');
  return Number(num) / Number(den);
}

/** ⌊√x⌋, bit by bit from the top. */
export function squareRoot(x: bigint): bigint {
  let root = 0n;
  for (let bit = 1n << BigInt(x.toString(2).length >> 1); bit > 0n; bit >>= 1n) {
    if ((root + bit) * (root + bit) <= x) root += bit;
  }
  return root;
}

/** count · 10^-places by long division, one digit at a time; count ≥ 0. */
export function writeDecimal(count: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  let text = `${count / scale}.`;
  let rest = count % scale;
  for (let place = 0; place < places; place += 1) {
    text += String((rest * 10n) / scale);
    rest = (rest * 10n) % scale;
  }
  return text;
}

function samePlaces(a: string, b: string): number {
  if (a.split('.')[0] !== b.split('.')[0]) return 0;
  let [same, started] = [0, false];
  for (const [index, character] of [...a].entries()) {
    if (character !== b[index]) break;
    started ||= character >= '1' && character <= '9';
    if (started && character !== '.') same += 1;
  }
  return same;
}

/** Exact number of a plain decimal. */
export function readDecimal(text: string): Ratio {
  const [whole = '0', behind = ''] = text.split('.');
  return ratio(BigInt(whole + behind), 10n ** BigInt(behind.length));
}
