/**
 * Figures of numbers with any number of digits: an event carries the first 60, `digits` counts what is proven, and
 * `known` holds all of it for those who page through the rest. Only one number is written out in full, the lower end;
 * the others lie so close to it that adding to its last digits is enough.
 */
import type { Figures } from '../../protocols/ports/figures.ts';
import { commonPrefix, decimalText, significantDigits } from './decimal.ts';
import { doubleAbove, nearestDouble } from './double.ts';
import { decimalsOf } from './expansion.ts';
import { bitLength, shiftUp } from './integer.ts';

/** Significant digits of a published decimal. */
const SHOWN = 60;

/** Decimals that decide the nearest double: a midpoint of two is a multiple of 2^-1075, which has no more. */
const DECISIVE = 1_075;

/** 10^-TINY and all below are less than the least positive double. */
const TINY = 324;

/** Digits that take up a carry; a longer one costs a second conversion of the whole number. */
const CARRY = 20;

export interface Precise {
  /** Decimals the three numbers have, ≥ 1. */
  readonly places: number;
  /** In units of 10^-places, all > 0: the estimate to nearest, a lower end rounded down, an upper end rounded up. */
  readonly estimate: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
}

/** A number > 0 in units of 10^-places: its digits, one at least before the point, which is not written. */
interface Digits {
  readonly text: string;
  readonly places: number;
}

/** Throws where the enclosure is empty: a bound is wrong. */
export function preciseFigures({ places, estimate, lower, upper }: Precise): Figures {
  if (lower > upper) throw new RangeError('enclosure is empty');
  const low = { text: lower.toString().padStart(places + 1, '0'), places };
  const near = { text: raised(low, estimate - lower), places };
  const high = { text: raised(low, upper - lower), places };
  return {
    value: nearestOf(near),
    decimal: shown(near, visiblePlaces(high), (rest) => rest >= '5'),
    ...ends(low, high),
    width: widthOf(upper - lower, places),
  };
}

export interface PreciseBinary {
  /** Bits behind the point, ≥ 4. */
  readonly bits: number;
  /** In units of 2^-bits, all > 0; a lower end rounded down, an upper end rounded up. */
  readonly estimate: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
}

/**
 * The same from numbers in units of 2^-bits, with as many decimals as bits give, 10^places ≤ 2^bits. The lower end is
 * cut off after the last of them. The upper end is written as what that has left, and upper − lower, rounded up, and one
 * unit of the last place for what was cut off, if anything was.
 */
export function preciseBinaryFigures({ bits, estimate, lower, upper }: PreciseBinary): Figures {
  if (lower > upper) throw new RangeError('enclosure is empty');
  const one = 1n << BigInt(bits);
  // log10 2 = 0.30102999566…
  const places = Math.floor(bits * 0.3010299);
  const low = {
    text: `${lower >> BigInt(bits)}${decimalsOf(BigInt.asUintN(bits, lower), bits, places)}`,
    places,
  };
  // lower · 10^places is a multiple of 2^bits where lower is one of 2^(bits − places).
  const lost = BigInt.asUintN(bits - places, lower) === 0n ? 0n : 1n;
  const high = { text: raised(low, lost + decimalUnits(upper - lower, bits, places)), places };
  const visible = visiblePlaces(high);
  const nearest = (2n * estimate * 10n ** BigInt(visible) + one) >> BigInt(bits + 1);
  return {
    value: nearestDouble(estimate, one),
    decimal: decimalText(nearest, visible),
    ...ends(low, high),
    width: doubleAbove(upper - lower, one),
  };
}

/** Bits of a power of ten that are enough to count a difference by. */
const MANTISSA = 320;

/**
 * A number no less than count · 10^places / 2^bits, and greater by less than a 2^256th of itself and one, without
 * the power in full: mantissa · 2^exponent is 10^k rounded up, squared and multiplied by 10 along the binary digits
 * of `places`.
 */
function decimalUnits(count: bigint, bits: number, places: number): bigint {
  let [mantissa, exponent] = [1n, 0];
  for (const digit of places.toString(2)) {
    mantissa = mantissa * mantissa * (digit === '1' ? 10n : 1n);
    const cut = Math.max(0, bitLength(mantissa) - MANTISSA);
    mantissa = shiftUp(mantissa, cut);
    exponent = 2 * exponent + cut;
  }
  return shiftUp(count * mantissa, bits - exponent);
}

function ends(low: Digits, high: Digits): Pick<Figures, 'lower' | 'upper' | 'digits' | 'known'> {
  const visible = visiblePlaces(high);
  const known = commonPrefix(pointed(low), pointed(high));
  return {
    lower: shown(low, visible, () => false),
    upper: shown(high, visible, (rest) => /[1-9]/.test(rest)),
    digits: significantDigits(known),
    known,
  };
}

/** The digits of a number that is greater by `difference`: only the last few change, or all are made anew. */
function raised({ text, places }: Digits, difference: bigint): string {
  const length = difference.toString().length + CARRY;
  if (length < text.length) {
    const tail = String(BigInt(text.slice(-length)) + difference).padStart(length, '0');
    if (tail.length === length && !tail.includes('-')) return text.slice(0, -length) + tail;
  }
  return String(BigInt(text) + difference).padStart(places + 1, '0');
}

/** Decimals of the first 60 significant digits, or all there are. Those of an upper end are enough for all. */
function visiblePlaces({ text, places }: Digits): number {
  return Math.min(places, text.startsWith('0') ? SHOWN : SHOWN - (text.length - places));
}

/** The first `visible` decimals; `up` says from the digits cut off whether the last of them goes up. */
function shown({ text, places }: Digits, visible: number, up: (rest: string) => boolean): string {
  const end = text.length - (places - visible);
  const kept = BigInt(text.slice(0, end));
  return decimalText(up(text.slice(end)) ? kept + 1n : kept, visible);
}

function pointed({ text, places }: Digits): string {
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
}

function nearestOf({ text, places }: Digits): number {
  const kept = Math.min(places, DECISIVE);
  const end = text.length - (places - kept);
  const more = /[1-9]/.test(text.slice(end)) ? 1n : 0n;
  return nearestDouble(2n * BigInt(text.slice(0, end)) + more, 2n * 10n ** BigInt(kept));
}

function widthOf(difference: bigint, places: number): number {
  if (difference > 0n && places - difference.toString().length >= TINY) return Number.MIN_VALUE;
  return doubleAbove(difference, 10n ** BigInt(places));
}
