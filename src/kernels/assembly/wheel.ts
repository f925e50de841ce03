/**
 * The wheel of 30. A byte of a sieve stands for 30 numbers, byte i for 30i … 30i + 29, and its bits for the eight of them
 * that 2, 3 and 5 leave over: a bit is set while its number may be prime.
 */

/** The residues prime to 30, in the order of their bits from the lowest. */
export const RESIDUES = memory.data<u8>([1, 7, 11, 13, 17, 19, 23, 29]);

/** The bit of a residue prime to 30; for any other number below 30, of one next to it, above or below. */
@inline export function bitOf(residue: u32): u32 { return residue * 8 / 30; }

/** Crosses a number off: `mask` has all bits but its own. */
@inline export function cross(at: usize, mask: u32): void { store<u8>(at, load<u8>(at) & mask); }
