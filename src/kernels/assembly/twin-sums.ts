/**
 * The twin primes of a range, and the exact two-bin sum of their reciprocals, two pairs by one division. The value of a
 * pair is that of series/brun.ts, operation for operation.
 *
 * Primes 2 apart have residues 11 and 13, 17 and 19, or 29 and 1: bits 2 and 3, 4 and 5 of a byte, or bit 7 and bit 0 of
 * the next. A range holds the pairs whose lesser prime it holds, so one byte more is sieved, for its bit 0 alone.
 */
import { advance, firstByte, open, piece } from './sieve';
import { addOne, clear, flush, m1, m2 } from './two-bin';

/** In eight bytes: the bits of the lesser of two within a byte, and of the greater of two across bytes. */
const WITHIN: u64 = 0x1414141414141414;
const ACROSS: u64 = 0x0101010101010101;

/** By bit of eight bytes, or 64 for none: from the first of their numbers to the one between the twins. */
const BETWEEN = memory.data(65);
const ONE = memory.data<f64>([1]);

/** Bytes that are searched before the pairs found are added up; a byte has three at most. */
const SEARCH: i32 = 2048;
/** The numbers between the twins, as doubles; two may be written beyond the last. */
const FOUND = memory.data(8 * (3 * 2048 + 3), 16);

let pairs: i64 = 0;
/** Pairs found and not added up; bit 7 of the last byte searched. */
let waiting: usize = 0;
let carried: u64 = 0;

/** Over the pairs above (5, 7) whose lesser prime is in bytes [from, to): leaves their number, and the two-bin sum. */
export function twinSums(from: f64, to: f64): void {
  for (let byte = 0; byte < 8; byte++) {
    store<u8>(BETWEEN + 8 * byte, 30 * byte);
    store<u8>(BETWEEN + 8 * byte, 30 * byte + 12, 2);
    store<u8>(BETWEEN + 8 * byte, 30 * byte + 18, 4);
  }
  clear();
  pairs = 0;
  waiting = 0;
  carried = 0;
  let left = <i64>to - <i64>from + 1;
  open(<i64>from, <i64>to + 1);
  for (let size = advance(); size > 0; size = advance()) {
    left -= size;
    const last = piece() + size - 1;
    if (left == 0) store<u8>(last, load<u8>(last) & 1);
    for (let done = 0; done < size; done += SEARCH) {
      search(piece() + done, min(SEARCH, size - done), firstByte() + done);
      addFound();
    }
  }
  if (waiting > 0) addOne(f64x2.extract_lane(value(v128.load64_splat(FOUND), v128.load64_splat(ONE)), 0));
}

export function twinCount(): i64 { return pairs; }

/** Lists the pairs in `size` bytes at `at`; the first of them is byte `first` of all. Two are written, there or not. */
function search(at: usize, size: i32, first: i64): void {
  let number = 30.0 * <f64>first;
  let to = FOUND + (waiting << 3);
  let carry = carried;
  for (const end = at + size; at < end; at += 8) {
    const bits = load<u64>(at);
    let twins = (bits & (bits >> 1) & WITHIN) | (bits & ((bits << 1) | carry) & ACROSS);
    carry = bits >> 63;
    const count = <usize>popcnt(twins);
    store<f64>(to, number + <f64>load<u8>(BETWEEN + <usize>ctz(twins)));
    twins &= twins - 1;
    store<f64>(to, number + <f64>load<u8>(BETWEEN + <usize>ctz(twins)), 8);
    for (let next = to + 16; next < to + (count << 3); next += 8) {
      twins &= twins - 1;
      store<f64>(next, number + <f64>load<u8>(BETWEEN + <usize>ctz(twins)));
    }
    to += count << 3;
    number += 240;
  }
  carried = carry;
  const sum = (to - FOUND) >> 3;
  pairs += sum - waiting;
  waiting = sum;
}

/** Adds up what was found, two by two; one may be left for the next time. */
function addFound(): void {
  const one = v128.load64_splat(ONE);
  const M1 = m1();
  const M2 = m2();
  const steps = <i32>(waiting >> 1);
  let a = i64x2.splat(0);
  let b = i64x2.splat(0);
  let at = FOUND;
  for (let step = 0; step < steps; step++) {
    const q = value(v128.load(at), one);
    const s = f64x2.add(q, M1);
    a = i64x2.add(a, s);
    b = i64x2.add(b, f64x2.add(f64x2.sub(q, f64x2.sub(s, M1)), M2));
    at += 16;
  }
  flush(a, b, steps);
  waiting &= 1;
  if (waiting > 0) store<f64>(FOUND, load<f64>(at));
}

/** 2m / ((m − 1)(m + 1)) */
@inline function value(m: v128, one: v128): v128 {
  return f64x2.div(f64x2.add(m, m), f64x2.mul(f64x2.sub(m, one), f64x2.add(m, one)));
}
