/**
 * The rules of a client's message in the Centrifugal protocol, written down a second time: by hand, from the protocol's
 * own words, and sharing no code with the reader that they judge.
 */

/** What a message comes to: nothing that can be told apart, or one verdict a command, in their order. */
export type Verdict =
  | { readonly kind: 'pong' | 'send' }
  | { readonly kind: 'obey'; readonly id: number; readonly method: string; readonly params: Fields }
  | { readonly kind: 'refuse'; readonly id: number; readonly code: number };

type Fields = Readonly<Record<string, unknown>>;
type Is = (value: unknown) => boolean;

const CHANNEL_MAX = 255;
const bad = 107;
/** Methods of the protocol that are not offered, with the error that says so. */
const refusals = new Map([
  ['publish', 108],
  ['presence', 108],
  ['rpc', 104],
]);
const unknownMethod = 104;

const text: Is = (value) => typeof value === 'string';
const flag: Is = (value) => typeof value === 'boolean';
const whole: Is = (value) => typeof value === 'number' && Number.isInteger(value);
const natural: Is = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const offset: Is = (value) => natural(value) && Number(value) <= Number.MAX_SAFE_INTEGER;
/** Characters are code points. */
const channel: Is = (value) => typeof value === 'string' && value !== '' && [...value].length <= CHANNEL_MAX;
const optional =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value);
const shaped =
  (fields: Readonly<Record<string, Is>>): Is =>
  (value) =>
    isFields(value) && Object.entries(fields).every(([name, is]) => is(own(value, name)));

const methods = new Map<string, Is>([
  ['connect', shaped({ token: optional(text) })],
  [
    'subscribe',
    shaped({
      channel,
      token: optional(text),
      recover: optional(flag),
      offset: optional(offset),
      epoch: optional(text),
      flag: optional(natural),
      tf: optional((value) => value === null),
    }),
  ],
  ['unsubscribe', shaped({ channel: text })],
  [
    'history',
    shaped({
      channel,
      limit: optional(whole),
      since: optional(shaped({ offset: optional(offset), epoch: optional(text) })),
      reverse: optional(flag),
    }),
  ],
  ['presence_stats', shaped({ channel })],
  ['refresh', shaped({ token: text })],
  ['sub_refresh', shaped({ channel, token: text })],
  ['ping', shaped({})],
]);

/** Null where the whole message is condemned: close 3501. */
export function verdictsOf(message: string): readonly Verdict[] | null {
  const verdicts = message
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(verdictOf);
  const told = verdicts.filter((verdict) => verdict !== null);
  return told.length === verdicts.length && told.length > 0 ? told : null;
}

function verdictOf(line: string): Verdict | null {
  const said = parse(line);
  if (!isFields(said)) return null;
  const id = own(said, 'id');
  const names = Object.keys(said).filter((name) => name !== 'id');
  if (id === undefined || id === 0) {
    if (names.length === 0) return { kind: 'pong' };
    return names.includes('send') ? { kind: 'send' } : null;
  }
  if (!offset(id)) return null;
  const number = Number(id);
  const method = names.find((name) => methods.has(name));
  if (method === undefined) {
    const known = names.find((name) => refusals.has(name)) ?? '';
    return { kind: 'refuse', id: number, code: refusals.get(known) ?? unknownMethod };
  }
  const params = own(said, method);
  return isFields(params) && methods.get(method)?.(params) === true
    ? { kind: 'obey', id: number, method, params }
    : { kind: 'refuse', id: number, code: bad };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Never what an object merely inherits: a field may be called `constructor`. */
function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
