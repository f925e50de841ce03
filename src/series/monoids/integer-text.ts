/** Integers in canonical text: lower-case hexadecimal, which costs a machine linear time however long they are. */

const TEXT = /^(?:0|-?[1-9a-f][0-9a-f]*)$/;

/** |x| in hexadecimal without leading zeros, `-` before it when x < 0; `0`. */
export function encodeInteger(x: bigint): string {
  return x.toString(16);
}

/** The integer of a canonical text; any other text throws. */
export function decodeInteger(text: string): bigint {
  if (!TEXT.test(text)) throw new SyntaxError(`not an integer in canonical text: ${text.slice(0, 80)}`);
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}

/** `count` integers, comma-separated. */
export function encodeIntegers(values: readonly bigint[]): string {
  return values.map(encodeInteger).join(',');
}

/** Exactly `count` integers of a canonical text; any other text throws. */
export function decodeIntegers(text: string, count: number): readonly bigint[] {
  const parts = text.split(',');
  if (parts.length !== count)
    throw new SyntaxError(`not ${count} integers in canonical text: ${text.slice(0, 80)}`);
  return parts.map(decodeInteger);
}
