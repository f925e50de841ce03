/** A range as calls of a compiled loop. */

/**
 * Steps in one call of a loop, whose counter has 31 bits; 2^32, where a counter of points has its halves, is a
 * multiple.
 */
const CALL = 2 ** 30;

/** [from, to) in pieces that end at multiples of CALL, in order. */
export function* calls(
  from: number,
  to: number,
): Generator<readonly [first: number, end: number], void, undefined> {
  for (let first = from; first < to; ) {
    const end = Math.min(to, first - (first % CALL) + CALL);
    yield [first, end];
    first = end;
  }
}
