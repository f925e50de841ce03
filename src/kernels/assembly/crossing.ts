/**
 * Crossing off the multiples of primes in a block, by turns and by hits (see base-primes.ts). By turns, all eight hits of
 * a turn are done, whether they fall into the block or not: that costs hits outside, of which a block has room for one
 * turn on either side, but no branch that cannot be foretold, which would cost more. What is hit outside is composite too,
 * so that a piece may well be hit by the turns of the piece before it.
 */
import { activeEnd, recordsStart, smallEnd, turningEnd } from './base-primes';
import { bitOf, cross, RESIDUES } from './wheel';

/** Per residue of p mod 30 and bit: r and c, so that the turn's hit of that bit falls into byte ⌊p / 30⌋ · r + c. */
const TURNS = memory.data(30 * 16);
/** Per bit of p's residue and bit of r: mask; step to the next hit, which is ⌊p / 30⌋ · factor + extra; its index. */
const HITS = memory.data(64 * 4);

export function makeTables(): void {
  for (let i: u32 = 0; i < 8; i++) {
    const residue = <u32>load<u8>(RESIDUES + i);
    for (let j: u32 = 0; j < 8; j++) {
      const r = <u32>load<u8>(RESIDUES + j);
      const next = j < 7 ? <u32>load<u8>(RESIDUES + j + 1) : 31;
      const bit = bitOf(residue * r % 30);
      const turn = TURNS + 16 * residue + 2 * bit;
      store<u8>(turn, r);
      store<u8>(turn, residue * r / 30, 1);
      const hit = HITS + 4 * (8 * i + j);
      store<u8>(hit, ~(<u32>1 << bit));
      store<u8>(hit, next - r, 1);
      store<u8>(hit, residue * next / 30 - residue * r / 30, 2);
      store<u8>(hit, 8 * i + ((j + 1) & 7), 3);
    }
  }
}

/** Crosses the multiples of the small primes off bytes up to `end` of the block at `block`. */
export function crossSmall(block: usize, end: i32): void {
  crossTurns(recordsStart(), smallEnd(), block, end);
}

/** Crosses those of all others off the whole block, and has their places count from its end. */
export function crossLarge(block: usize, size: i32): void {
  crossTurns(smallEnd(), turningEnd(), block, size);
  crossHits(turningEnd(), activeEnd(), block, size);
}

/** A block is done: turns count from its end on, beginning with the one that may have been cut by it. */
export function turnOver(size: i32): void {
  for (let at = recordsStart(), last = turningEnd(); at < last; at += 8) {
    store<i32>(at, load<i32>(at, 4) - load<i32>(at) - size, 4);
  }
}

function crossTurns(from: usize, to: usize, block: usize, size: i32): void {
  const end = block + size;
  for (let at = from; at < to; at += 8) {
    let turn = block + load<i32>(at, 4);
    if (turn >= end) continue;
    const p = load<u32>(at);
    const q = p / 30;
    const table = TURNS + 16 * (p - 30 * q);
    const hit0 = q * load<u8>(table) + load<u8>(table, 1);
    const hit1 = q * load<u8>(table, 2) + load<u8>(table, 3);
    const hit2 = q * load<u8>(table, 4) + load<u8>(table, 5);
    const hit3 = q * load<u8>(table, 6) + load<u8>(table, 7);
    const hit4 = q * load<u8>(table, 8) + load<u8>(table, 9);
    const hit5 = q * load<u8>(table, 10) + load<u8>(table, 11);
    const hit6 = q * load<u8>(table, 12) + load<u8>(table, 13);
    const hit7 = q * load<u8>(table, 14) + load<u8>(table, 15);
    do {
      cross(turn + hit0, 0xfe);
      cross(turn + hit1, 0xfd);
      cross(turn + hit2, 0xfb);
      cross(turn + hit3, 0xf7);
      cross(turn + hit4, 0xef);
      cross(turn + hit5, 0xdf);
      cross(turn + hit6, 0xbf);
      cross(turn + hit7, 0x7f);
      turn += p;
    } while (turn < end);
    store<i32>(at, <i32>(turn - block), 4);
  }
}

function crossHits(from: usize, to: usize, block: usize, size: i32): void {
  const end = <u32>size << 6;
  for (let at = from; at < to; at += 8) {
    let place = load<u32>(at, 4);
    if (place < end) {
      const q = load<u32>(at) / 30;
      do {
        const hit = HITS + ((place & 63) << 2);
        const byte = place >> 6;
        cross(block + byte, load<u8>(hit));
        place = ((byte + q * load<u8>(hit, 1) + load<u8>(hit, 2)) << 6) + load<u8>(hit, 3);
      } while (place < end);
    }
    store<u32>(at, place - end, 4);
  }
}
