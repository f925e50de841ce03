/** The history command against a store of which the oldest rows have gone. */

import type { Static } from 'typebox';
import { expect, test } from 'vitest';
import { historyOf } from '../../../../src/actors/session/history.ts';
import type { SessionPorts } from '../../../../src/actors/session/session-data.ts';
import type { NodeId, RunId } from '../../../../src/protocols/identity.ts';
import { parseSeriesId } from '../../../../src/protocols/identity.ts';
import { limitsWith } from '../../../../src/protocols/limits.ts';
import { type Epoch, nextOffset } from '../../../../src/protocols/position.ts';
import { done } from '../../../../src/protocols/refusal.ts';
import type { History } from '../../../../src/protocols/wire/centrifugal/commands.ts';
import { messageText } from '../../../../src/protocols/wire/centrifugal/json.ts';
import { findSeries } from '../../../../src/series/catalogue.ts';
import { memoryStore } from '../../../../src/store/memory-store.ts';

type Wish = Omit<Static<typeof History>, 'channel'>;

const run = 'leibniz' as RunId;
const epoch = '0123456789abcdef' as Epoch;

/** Offsets 1 to 10 were committed, 6 to 10 are kept; a page has four. */
async function ask(wish: Wish): Promise<unknown> {
  const store = memoryStore({ estimates: 5, ageMs: 1, bytes: 2 ** 20 });
  const claimed = await store.claim({
    run,
    version: 1,
    node: 'n' as NodeId,
    nonce: 'x',
    leaseMs: 1,
    freshEpoch: epoch,
  });
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  let { position, n } = claimed.checkpoint;
  for (let count = 1; count <= 10; count += 1) {
    const offset = nextOffset(position.offset);
    await store.commit({
      run,
      holder: claimed.holder,
      epoch,
      offset,
      from: n,
      to: n + 4,
      state: '',
      curve: [],
      estimate: `{"n":${count}}`,
      atMs: count * 1_000,
    });
    position = { epoch, offset };
    n += 4;
  }
  const id = parseSeriesId('leibniz');
  const definition = id === null ? null : findSeries(id);
  if (definition === null) throw new Error('no leibniz');
  const named = done({ run, definition, shared: true });
  const finder: SessionPorts['finder'] = {
    named: () => named,
    existing: async () => named,
    record: async () => done(null),
  };
  const limits = limitsWith({ replayPage: 4 });
  const reply = JSON.parse(
    messageText(
      await historyOf(
        { method: 'history', id: 1, params: { channel: 'leibniz', ...wish } },
        { finder, store, limits },
      ),
    ),
  );
  return reply.error?.code ?? reply.history.publications.map(({ offset }: { offset: number }) => offset);
}

const at = (offset: number, of = epoch) => ({ since: { offset, epoch: of } });

test.each<[string, Wish, number[] | number]>([
  ['the position alone', {}, []],
  ['from the oldest that is kept', { limit: 3 }, [6, 7, 8]],
  ['as many as a page has', { limit: -1 }, [6, 7, 8, 9]],
  ['after a position', { limit: 2, ...at(7) }, [8, 9]],
  ['after the top', { limit: 2, ...at(10) }, []],
  ['the newest backwards', { limit: 3, reverse: true }, [10, 9, 8]],
  ['backwards before a position', { limit: 3, reverse: true, ...at(9) }, [8, 7, 6]],
  ['backwards as far as is kept', { limit: 4, reverse: true, ...at(8) }, [7, 6]],
  ['backwards from what is kept no more', { limit: 4, reverse: true, ...at(3) }, []],
  ['after what is kept no more', { limit: 2, ...at(3) }, 112],
  ['above the top', { limit: 2, ...at(11) }, 112],
  ['above the top, backwards', { limit: 2, reverse: true, ...at(11) }, 112],
  ['of another epoch', { limit: 2, ...at(7, 'ffffffffffffffff' as Epoch) }, 112],
])('history gives %s', async (_what, wish, answer) => {
  expect(await ask(wish)).toEqual(answer);
});
