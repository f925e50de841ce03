/**
 * What a client of the Centrifugal protocol says, read from one message: JSON objects, one a line, or the same in the
 * binary format. Unknown fields are passed over; a command that can be named but not obeyed becomes a refusal of its
 * own; only what can't be told apart at all condemns the whole message.
 */
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Said } from '../../ports/connection.ts';
import type { ErrorName } from './codes.ts';
import { type Fields, readCommandFields } from './protobuf.ts';

const Channel = Type.String({ minLength: 1, maxLength: 255 });
const Offset = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Token = Type.Optional(Type.String());

export const Connect = Type.Object({ token: Token });
export const Subscribe = Type.Object({
  channel: Channel,
  token: Token,
  data: Type.Optional(Type.Unknown()),
  recover: Type.Optional(Type.Boolean()),
  offset: Type.Optional(Offset),
  epoch: Type.Optional(Type.String()),
  /** Bit 2: the client has a state of its own to fall back on, so an error serves it better than a snapshot. */
  flag: Type.Optional(Type.Integer({ minimum: 0 })),
  /** A filter by tags, which publications here do not have. */
  tf: Type.Optional(Type.Null()),
});
export const Unsubscribe = Type.Object({ channel: Type.String() });
export const History = Type.Object({
  channel: Channel,
  limit: Type.Optional(Type.Integer()),
  since: Type.Optional(Type.Object({ offset: Type.Optional(Offset), epoch: Type.Optional(Type.String()) })),
  reverse: Type.Optional(Type.Boolean()),
});
export const PresenceStats = Type.Object({ channel: Channel });
export const Refresh = Type.Object({ token: Type.String() });
export const SubRefresh = Type.Object({ channel: Channel, token: Type.String() });
export const Ping = Type.Object({});

const methods = {
  connect: Connect,
  subscribe: Subscribe,
  unsubscribe: Unsubscribe,
  history: History,
  presence_stats: PresenceStats,
  refresh: Refresh,
  sub_refresh: SubRefresh,
  ping: Ping,
} as const satisfies Record<string, TSchema>;

type Methods = typeof methods;
type Method = keyof Methods;

/** Methods of the protocol that this server knows and does not offer. */
const notOffered: ReadonlyMap<string, ErrorName> = new Map([
  ['publish', 'notAvailable'],
  ['presence', 'notAvailable'],
  ['rpc', 'methodNotFound'],
]);

export type Command =
  | {
      [M in Method]: { readonly method: M; readonly id: number; readonly params: Static<Methods[M]> };
    }[Method]
  /** What can be answered without looking any further. */
  | { readonly method: 'refused'; readonly id: number; readonly error: ErrorName }
  | { readonly method: 'pong' }
  /** A message for the application, which has no use for it. */
  | { readonly method: 'send' };

export type CommandOf<M extends Command['method']> = Extract<Command, { readonly method: M }>;

type Reader = (id: number, params: unknown) => Command;

function reader<M extends Method>(method: M): Reader {
  const shape = Compile(methods[method]);
  return (id, params) =>
    shape.Check(params)
      ? ({ method, id, params } as Command)
      : { method: 'refused', id, error: 'badRequest' };
}

const readers = new Map<string, Reader>(
  Object.keys(methods).map((method) => [method, reader(method as Method)]),
);

/** The commands of one message in their order; null if any of it is not of this protocol. */
export function readCommands(said: Said): readonly Command[] | null {
  const fields = typeof said === 'string' ? readLines(said) : readCommandFields(said);
  const commands = fields?.map(readCommand) ?? [];
  const read = commands.filter((command) => command !== null);
  return commands.length === 0 || read.length < commands.length ? null : read;
}

function readCommand({ id, ...rest }: Fields): Command | null {
  const names = Object.keys(rest);
  if (id === undefined || id === 0) {
    if (names.length === 0) return { method: 'pong' };
    return 'send' in rest ? { method: 'send' } : null;
  }
  if (!(typeof id === 'number' && Number.isSafeInteger(id) && id > 0)) return null;
  const known = names.find((name) => readers.has(name));
  const read = known === undefined ? undefined : readers.get(known);
  if (known !== undefined && read !== undefined) return read(id, rest[known]);
  const refused = names.map((name) => notOffered.get(name)).find((error) => error !== undefined);
  return { method: 'refused', id, error: refused ?? 'methodNotFound' };
}

/** Null if a line that is not blank is no object. */
function readLines(text: string): readonly Fields[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const objects = lines.map(parseObject).filter((object) => object !== null);
  return objects.length < lines.length ? null : objects;
}

function parseObject(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
