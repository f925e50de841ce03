/**
 * The primes that cross off, from 101 on, with the place where each goes on: 8 bytes a prime, in order, at the end of
 * memory, where there is room to grow. A sieve of numbers below b uses those whose square is below b; the others wait.
 *
 * The multiples of p that are prime to 30 repeat every p bytes: p · (30k + r), r a residue prime to 30, stands in byte
 * k·p + ⌊p·r / 30⌋. Two ways to go along them:
 * - by turns, p < TURNS_END: `place` is the first byte k·p of a turn of p bytes, eight hits; below 0, if it has begun
 *   before the block;
 * - by hits: `place` is byte · 64 + 8 · (bit of p) + (bit of r), for the next hit.
 * Both count bytes from the beginning of the block. Crossing off begins near p²: what is smaller has a smaller factor.
 */
import { bitOf, RESIDUES } from './wheel';

/** Primes below this go turn by turn through pieces of a block, which stay in the fastest cache. */
const SMALL_END: u32 = 8192;
/** Primes below this go turn by turn through blocks, which are no shorter than such a turn. */
export const TURNS_END: u32 = 1 << 20;

/** Address of the first record: p and `place`, four bytes each. */
let records: usize = 0;
let known: i32 = 0;
/** How many take part: by turns through pieces, by turns at all, and all of them. */
let small: i32 = 0;
let turning: i32 = 0;
let active: i32 = 0;

export function smallEnd(): usize { return records + (small << 3); }
export function turningEnd(): usize { return records + (turning << 3); }
export function activeEnd(): usize { return records + (active << 3); }
export function recordsStart(): usize { return records; }

/** No primes yet; their records will begin at `at`, behind which nothing else may stand. */
export function keepPrimesAt(at: usize): void {
  records = at;
  known = 0;
}

export function append(p: u32): void {
  const at = records + (known << 3);
  if (at + 8 > <usize>memory.size() << 16 && memory.grow(16) < 0) unreachable();
  store<u32>(at, p);
  known++;
}

/** A sieve begins: no prime has its place. */
export function rest(): void {
  small = 0;
  turning = 0;
  active = 0;
}

/** Gives those primes their places whose squares lie before the end of the block, and which had none. */
export function wake(first: i64, size: i32): void {
  const end = (first + size) * 30;
  while (active < known) {
    const at = records + (active << 3);
    const p = load<u32>(at);
    if (<i64>p * p >= end) return;
    active++;
    if (p < SMALL_END) small++;
    if (p < TURNS_END) turning++;
    store<u32>(at, p < TURNS_END ? <u32>turnAt(p, first) : hitAt(p, first), 4);
  }
}

/**
 * The turn that byte `first` is in, but not one that ends before p²; relative to `first`. Quotients of doubles are
 * exact when rounded down, here and below: what is divided, x < 2^51, is at least 1/p away from the next multiple of p,
 * which is a share of 1/x > 2^-53 of the quotient.
 */
function turnAt(p: u32, first: i64): i32 {
  const turn = max(<i64>Math.floor(<f64>first / <f64>p), <i64>(p / 30));
  return <i32>(turn * p - first);
}

/** The first multiple p · m with m ≥ p, m prime to 30, from byte `first` on. */
function hitAt(p: u32, first: i64): u32 {
  const least = max(<i64>Math.floor(<f64>(first * 30 + p - 1) / <f64>p), <i64>p);
  const k = least / 30;
  const rest = <u32>(least - 30 * k);
  // The bit of a residue next to `rest`, above or below; if that is below `rest`, the next. 29 is the greatest of all.
  let bit = bitOf(rest);
  if (<u32>load<u8>(RESIDUES + bit) < rest) bit++;
  const byte = k * p + <i64>(p * load<u8>(RESIDUES + bit) / 30) - first;
  return (<u32>byte << 6) + (bitOf(p % 30) << 3) + bit;
}
