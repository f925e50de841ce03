/**
 * What a client asks of a channel's past, read page by page from the store. The store reads forwards from a position;
 * from there it is turned into the protocol's terms: from the oldest, from the newest backwards, or around a position.
 */
import { isRun } from '../../protocols/channels.ts';
import type { RunId } from '../../protocols/identity.ts';
import type { History, Store } from '../../protocols/ports/store.ts';
import { parseEpoch, positionAt } from '../../protocols/position.ts';
import type { CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import { type Message, refusal } from '../../protocols/wire/centrifugal/messages.ts';
import type { SessionPorts } from './session-data.ts';

type Params = CommandOf<'history'>['params'];

/** The reply to a history command. */
export async function historyOf(
  { id, params }: CommandOf<'history'>,
  { finder, store, limits }: Pick<SessionPorts, 'finder' | 'store' | 'limits'>,
): Promise<Message> {
  if (!isRun(params.channel)) return refusal(id, 'notAvailable');
  const found = await finder.existing(params.channel);
  if (!found.ok) return refusal(id, found.code === 'unknown-run' ? 'unknownChannel' : 'internal');
  const read = await page(found.value.run, params, store, limits.replayPage);
  if (read === null || read.kind === 'gap') return refusal(id, 'unrecoverablePosition');
  if (read.kind !== 'rows') return refusal(id, 'internal');
  const publications = read.rows.map(({ offset, estimate }) => ({ data: estimate, offset }));
  return {
    id,
    reply: 'history',
    result: read.top,
    publications: params.reverse === true ? publications.toReversed() : publications,
  };
}

/** So many rows a history command asks for, at most `most`. */
export function rowsAsked({ limit = 0 }: Params, most: number): number {
  return limit < 0 ? most : Math.min(limit, most);
}

/** Rows in ascending order, at most `most`, however many were asked for; null for an epoch that is none. */
async function page(run: RunId, params: Params, store: Store, most: number): Promise<History | null> {
  const { since, reverse = false } = params;
  const newest = await store.read(run);
  if (newest.kind !== 'checkpoint') return newest;
  const top = newest.checkpoint.position;
  const epoch = since === undefined ? top.epoch : parseEpoch(since.epoch ?? '');
  if (epoch === null) return null;
  const from = since?.offset ?? (reverse ? top.offset + 1 : 0);
  const count = rowsAsked(params, most);
  const after = (offset: number) => positionAt(epoch, offset);
  // A position that can't be read from is refused by the store, in either direction.
  if (since !== undefined && (!reverse || from > top.offset)) return store.readAfter(run, after(from), count);
  // Forwards from the oldest, or so far back that what is read ends just before the position.
  const begin = reverse ? Math.max(0, from - 1 - count) : 0;
  const rows = (start: number) => (reverse ? Math.max(0, from - 1 - start) : count);
  const read = await store.readAfter(run, after(begin), rows(begin));
  if (read.kind !== 'gap' || read.reason !== 'history-gone') return read;
  const oldest = read.oldest - 1;
  return store.readAfter(run, after(oldest), rows(oldest));
}
