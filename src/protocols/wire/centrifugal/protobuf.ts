/**
 * Messages of the Centrifugal protocol in their binary format: each with its length before it, as many as one likes
 * after another. Only the envelope is binary; what an application is told stays JSON, the same bytes as elsewhere.
 */
import { errors, unsubscribes } from './codes.ts';
import type { Message, Publication, Push, Reply } from './messages.ts';
import { typeOf } from './schema.ts';

/** An empty message. */
export const pingBytes: Uint8Array = new Uint8Array(1);

export function messageBytes(message: Message): Uint8Array {
  const fields = 'push' in message ? { push: pushFields(message) } : replyFields(message);
  return typeOf('Reply').encodeDelimited(fields).finish();
}

function replyFields(reply: Reply): object {
  const { id } = reply;
  switch (reply.reply) {
    case 'subscribe': {
      const { data, ...rest } = reply.result;
      const publications = reply.publications.map(publicationFields);
      return {
        id,
        subscribe: { ...rest, publications, ...(data !== undefined && { data: jsonBytes(data) }) },
      };
    }
    case 'history':
      return { id, history: { ...reply.result, publications: reply.publications.map(publicationFields) } };
    case 'unsubscribe':
    case 'ping':
      return { id, [reply.reply]: {} };
    case 'error':
      return { id, error: errors[reply.error] };
    default:
      return { id, [reply.reply]: reply.result };
  }
}

function pushFields(push: Push): object {
  switch (push.push) {
    case 'publication':
      return { channel: push.channel, pub: publicationFields(push.publication) };
    case 'unsubscribe':
      return { channel: push.channel, unsubscribe: unsubscribes[push.why] };
    case 'message':
      return { message: { data: jsonBytes(push.data) } };
    case 'disconnect':
      return { disconnect: { code: push.code, reason: push.reason } };
  }
}

function publicationFields({ data, offset }: Publication): object {
  return { data: Buffer.from(data), ...(offset !== null && { offset }) };
}

function jsonBytes(data: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(data));
}

/** What a message holds, by the names of its fields; a field that was not set is not there. */
export type Fields = Readonly<Record<string, unknown>>;

/** The commands in `bytes`, as JSON would have them; null if they can't be told apart. */
export function readCommandFields(bytes: Uint8Array): readonly Fields[] | null {
  const command = typeOf('Command');
  const frames = framesOf(bytes);
  const fields = frames?.map((frame) => fieldsOf(command, frame)) ?? [];
  const told = fields.filter((each) => each !== null);
  return frames === null || told.length < fields.length ? null : told.map(withJsonData);
}

export interface Emulated {
  readonly session: string;
  readonly data: Uint8Array;
}

/** Null for what is none. */
export function readEmulated(bytes: Uint8Array): Emulated | null {
  const { session, data } = fieldsOf(typeOf('EmulationRequest'), bytes) ?? {};
  return typeof session === 'string' && data instanceof Uint8Array ? { session, data } : null;
}

/** Numbers beyond 2^53 come out as such, not exactly; whoever checks them finds them too large. */
function fieldsOf(type: ReturnType<typeof typeOf>, bytes: Uint8Array): Fields | null {
  try {
    return type.toObject(type.decode(bytes), { longs: Number });
  } catch {
    return null;
  }
}

/** A subscribe whose data is no JSON can't be obeyed, and is given no fields at all. */
function withJsonData(command: Fields): Fields {
  const { subscribe } = command;
  if (typeof subscribe !== 'object' || subscribe === null || !('data' in subscribe)) return command;
  const { data, ...rest } = subscribe;
  if (!(data instanceof Uint8Array) || data.length === 0) return { ...command, subscribe: rest };
  try {
    return { ...command, subscribe: { ...rest, data: JSON.parse(strictText.decode(data)) } };
  } catch {
    return { ...command, subscribe: null };
  }
}

const strictText = new TextDecoder('utf-8', { fatal: true });

/** Cut at their lengths; null where the last one is not whole, or a length is none. */
function framesOf(bytes: Uint8Array): readonly Uint8Array[] | null {
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at] ?? -1;
      if (byte < 0 || shift > 28) return null;
      length += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      at += 1;
    } while (byte >= 0x80);
    if (at + length > bytes.length) return null;
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  return frames;
}
