/**
 * In the place of a Series: instead of computing it takes what the load generator publishes, commits each message and
 * casts it to the hub, as a Series does with its estimates. Everything behind it is the service's own.
 */
import { systemRandom } from '../../src/lib/random.ts';
import type { NodeId, RunId } from '../../src/protocols/identity.ts';
import type { HubPid } from '../../src/protocols/mailbox/hub.ts';
import type { SeriesCall, SeriesCast } from '../../src/protocols/mailbox/series.ts';
import type { Holder, Store } from '../../src/protocols/ports/store.ts';
import { newEpoch, nextOffset, type Position } from '../../src/protocols/position.ts';
import type { Behaviour } from '../../src/runtime/behaviour.ts';
import { genServer } from '../../src/runtime/gen-server.ts';
import type { ServerMessage } from '../../src/runtime/server-message.ts';

export interface Published {
  readonly type: 'published';
  readonly lines: readonly string[];
}

interface State {
  readonly holder: Holder;
  readonly position: Position;
  readonly estimate: string | null;
  readonly hub: HubPid | null;
}

export type BenchSeriesMessage = ServerMessage<SeriesCall, SeriesCast | Published>;

export function benchSeries(run: RunId, node: NodeId, store: Store): Behaviour<BenchSeriesMessage> {
  async function commit(state: State, estimate: string, atMs: number): Promise<State> {
    const { epoch, offset: from } = state.position;
    const offset = nextOffset(from);
    const place = { run, holder: state.holder, epoch, offset, from, to: offset };
    const committed = await store.commit({ ...place, state: '', curve: [], estimate, atMs });
    if (committed.kind !== 'committed') throw new Error(`not committed: ${committed.kind}`);
    return { ...state, position: { epoch, offset }, estimate };
  }

  return genServer<State, SeriesCall, SeriesCast | Published>({
    async init() {
      const freshEpoch = newEpoch(systemRandom);
      const claim = { run, version: 1, node, nonce: 'bench', leaseMs: 60_000, freshEpoch };
      const claimed = await store.claim(claim);
      if (claimed.kind !== 'claimed') throw new Error(`not claimed: ${claimed.kind}`);
      const { holder, checkpoint } = claimed;
      return { holder, position: checkpoint.position, estimate: null, hub: null };
    },
    async handleCast(message, state, ctx) {
      if (message.type === 'attach') {
        const { position, estimate } = state;
        const standing = { position, estimate, state: 'running', reason: null } as const;
        ctx.cast(message.hub, { type: 'standing', standing });
        return { ...state, hub: message.hub };
      }
      if (message.type !== 'published') return state;
      let now = state;
      for (const line of message.lines) {
        now = await commit(now, line, ctx.clock.wallMs());
        if (now.hub !== null) ctx.cast(now.hub, { type: 'estimate', position: now.position, estimate: line });
      }
      return now;
    },
  });
}
