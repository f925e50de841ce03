/** The binary codec that the stock client brings along: an encoder of commands and a reader of replies that is not ours. */
import { Centrifuge } from 'centrifuge/build/protobuf';

export interface StockCodec {
  encodeCommands(commands: readonly object[]): Uint8Array;
  /** One or more replies, each with its length before it. */
  decodeReplies(bytes: Uint8Array): readonly object[];
  encodeEmulationRequest(request: {
    readonly session: string;
    readonly node?: string;
    readonly data: Uint8Array;
  }): Uint8Array;
}

function isCodec(value: unknown): value is StockCodec {
  return typeof value === 'object' && value !== null && 'encodeCommands' in value && 'decodeReplies' in value;
}

function find(): StockCodec {
  const codec: unknown = Reflect.get(new Centrifuge('ws://nowhere'), '_codec');
  if (!isCodec(codec)) throw new Error('the stock client keeps its codec elsewhere now');
  return codec;
}

export const stockCodec: StockCodec = find();

/** Maps, which a decoded message has even where nothing was said of them. */
const maps = ['tags', 'subs'];

/**
 * A decoded message as JSON has it: bytes are JSON texts, which stand in it to the letter, and 64-bit numbers are numbers.
 * What a message holds though nothing was said of it is left out.
 */
export function jsonOf(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('toNumber' in value && typeof value.toNumber === 'function') return String(value.toNumber());
  const said = Object.entries(value).filter(([name, field]) => !maps.includes(name) && !isEmpty(field));
  return `{${said.map(([name, field]) => `${JSON.stringify(name)}:${jsonOf(field)}`).join(',')}}`;
}

function isEmpty(field: unknown): boolean {
  return (Array.isArray(field) || field instanceof Uint8Array) && field.length === 0;
}
