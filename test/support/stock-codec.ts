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

/** A decoded message as JSON has it: bytes are JSON texts, 64-bit numbers are numbers. */
export function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return JSON.parse(new TextDecoder().decode(value));
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('toNumber' in value && typeof value.toNumber === 'function') return value.toNumber();
  const own = Object.entries(value).filter(
    ([name, field]) => !maps.includes(name) && !(Array.isArray(field) && field.length === 0),
  );
  return Object.fromEntries(own.map(([name, field]) => [name, asJson(field)]));
}
