/**
 * What somebody may watch. A right is to a channel: a run's id, the lobby, or the supervision feed; and whoever may
 * watch a channel may ask for what it shows over HTTP as well.
 */

/** `wildcard`: a `*` in a channel stands for any run of characters, also for none. Without it channels are exact. */
export interface Grant {
  readonly channels: readonly string[];
  readonly wildcard: boolean;
}

export type Rights = 'everything' | readonly Grant[];

/** Whether reading is open to everybody, or takes a token that permits it. */
export type Reading = 'open' | 'by-permission';

export function mayWatch(rights: Rights, channel: string): boolean {
  if (rights === 'everything') return true;
  return rights.some(({ channels, wildcard }) =>
    channels.some((name) => (wildcard ? fits(channel, name) : channel === name)),
  );
}

/**
 * Linear in both lengths, whatever the pattern: between the first and the last piece, each one may be taken where it
 * stands first, since what is behind it is longest then.
 */
function fits(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= end;
}
