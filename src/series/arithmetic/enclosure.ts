/**
 * From an estimate and the two ends of its enclosure, already rounded in their directions, to the figures that are
 * published.
 */
import type { Figures } from '../../protocols/ports/figures.ts';
import { commonDigits, decimalText } from './decimal.ts';
import { doubleAbove, nearestDouble } from './double.ts';
import { shiftDown, shiftUp } from './integer.ts';

export interface Enclosed {
  /** The double nearest to the estimate. */
  readonly value: number;
  /** Decimals that are printed, ≥ 1. */
  readonly places: number;
  /** In units of 10^-places: the estimate to nearest, a lower end rounded down, an upper end rounded up. */
  readonly nearest: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
}

/** Throws where the enclosure is empty: a bound is wrong. */
export function enclosedFigures({ value, places, nearest, lower, upper }: Enclosed): Figures {
  if (lower > upper) throw new RangeError(`enclosure is empty: ${lower} > ${upper}`);
  const [low, high] = [decimalText(lower, places), decimalText(upper, places)];
  return {
    value,
    decimal: decimalText(nearest, places),
    lower: low,
    upper: high,
    digits: commonDigits(low, high),
    width: doubleAbove(upper - lower, 10n ** BigInt(places)),
  };
}

/** Two integers at 2^-bits with the number between them: lower ≤ x · 2^bits ≤ upper. */
export interface Ends {
  readonly lower: bigint;
  readonly upper: bigint;
}

/** Encloses x + y where `ends` enclose x, and y is from 0 to `most`, or, not `isAbove`, from −most to 0. */
export function extended({ lower, upper }: Ends, most: bigint, isAbove: boolean): Ends {
  return isAbove ? { lower, upper: upper + most } : { lower: lower - most, upper };
}

/**
 * Encloses the limit of an alternating series, its first term positive, where `ends` enclose the sum of n terms: it lies
 * between that and the sum of n + 1 terms (Leibniz), so the first omitted term, at most `omitted` in size and of the sign of
 * (−1)^n, is the most that is missing.
 */
export function alternatingEnds(ends: Ends, n: number, omitted: bigint): Ends {
  return extended(ends, omitted, n % 2 === 0);
}

/** An estimate ≥ 0 and the ends of its enclosure, all in units of 2^-bits. */
export interface BinaryEnclosure extends Ends {
  readonly estimate: bigint;
}

/** Figures of `places` decimals from numbers at 2^-bits. */
export function binaryFigures(
  { estimate, lower, upper }: BinaryEnclosure,
  bits: number,
  places: number,
): Figures {
  const scale = 10n ** BigInt(places);
  const one = 1n << BigInt(bits);
  return enclosedFigures({
    value: nearestDouble(estimate, one),
    places,
    nearest: shiftDown(2n * estimate * scale + one, bits + 1),
    lower: shiftDown(lower * scale, bits),
    upper: shiftUp(upper * scale, bits),
  });
}
