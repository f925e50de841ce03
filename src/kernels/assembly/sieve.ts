/**
 * The segmented sieve of Eratosthenes on the wheel of 30. Numbers are sieved block by block, each as long as the second
 * cache, and handed on piece by piece, each as long as the first: small primes hit a piece while it stays there, and it is
 * read before it leaves. Finds its own base primes and keeps them between calls.
 */
import { append, keepPrimesAt, recordsStart, rest, TURNS_END, wake } from './base-primes';
import { crossLarge, crossSmall, makeTables, turnOver } from './crossing';
import { makePatterns, PATTERN_BYTES, presieve, PRESIEVED } from './presieve';
import { RESIDUES } from './wheel';

const PIECE: i32 = 32_768;
const BLOCK_MIN: i32 = 1 << 18;
/** No shorter than the longest turn; a block's address is one turn behind its room's, and as much follows it. */
const BLOCK_MAX: i32 = TURNS_END;

let block: usize = 0;
/** The block: its first byte in the whole sieve, its bytes, those of them that are ready; and how long blocks are. */
let first: i64 = 0;
let size: i32 = 0;
let ready: i32 = 0;
let length: i32 = 0;
/** The byte in the whole sieve at which to end. */
let end: i64 = 0;
/** All base primes below this are known; a multiple of 30. */
let top: u32 = 0;

/** The piece that is ready: its address, and its first byte in the whole sieve. */
let pieceAddress: usize = 0;
let pieceFirst: i64 = 0;
export function piece(): usize { return pieceAddress; }
export function firstByte(): i64 { return pieceFirst; }

/** Begins to sieve bytes [from, to), 0 ≤ from ≤ to ≤ 2^50 / 30 + 1. */
export function open(from: i64, to: i64): void {
  if (block == 0) reserve();
  const root = <u32>Math.sqrt(<f64>to * 30) + 1;
  while (top <= root) extend();
  begin(from, to);
  // As long as the root, for then a base prime has eight hits or more in a block.
  length = BLOCK_MIN;
  while (length < BLOCK_MAX && <u32>length < root) length <<= 1;
}

/** Makes the next piece ready and says its bytes; 0 at the end. The 128 bytes behind the last of a block are zero. */
export function advance(): i32 {
  if (ready == size && !nextBlock()) return 0;
  const from = ready;
  ready = min(ready + PIECE, size);
  crossSmall(block, ready);
  if (ready == size) memory.fill(block + size, 0, 128);
  pieceAddress = block + from;
  pieceFirst = first + from;
  return ready - from;
}

function nextBlock(): bool {
  turnOver(size);
  first += size;
  size = <i32>min<i64>(length, end - first);
  ready = 0;
  if (size == 0) return false;
  presieve(block, first, size);
  wake(first, size);
  crossLarge(block, size);
  return true;
}

function begin(from: i64, to: i64): void {
  rest();
  first = from;
  end = to;
  size = 0;
  ready = 0;
}

/** Room for patterns and block, once; memory grows behind them as base primes are found. */
function reserve(): void {
  const bytes = PATTERN_BYTES + 3 * BLOCK_MAX + 128;
  const patterns = <usize>memory.size() << 16;
  if (memory.grow(<i32>((bytes + 0xffff) >> 16)) < 0) unreachable();
  makePatterns(patterns);
  makeTables();
  block = patterns + PATTERN_BYTES + BLOCK_MAX;
  keepPrimesAt(patterns + bytes);
}

/**
 * Finds more base primes. The first 340 bytes, up to 10,200 < 101², need none; those reach to 10,200² > 2^26, far
 * beyond the square root of 2^50.
 */
function extend(): void {
  const from = <i64>(top / 30);
  length = top == 0 ? <i32>(PRESIEVED * PRESIEVED / 30) : PIECE;
  begin(from, from + length);
  const count = advance();
  for (let byte = 0; byte < count; byte++) {
    for (let bits = <u32>load<u8>(block + byte); bits != 0; bits &= bits - 1) {
      const p = top + 30 * byte + load<u8>(RESIDUES + ctz(bits));
      if (p >= PRESIEVED) append(p);
    }
  }
  top += 30 * count;
}
