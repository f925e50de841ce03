/**
 * The connection to the store as a process: opened by its init, closed by its end, watched while it lives. It says
 * up and down on the event stream; what is down is tried again by those who need it.
 */
import type { Meter } from '../protocols/ports/meter.ts';
import type { Store } from '../protocols/ports/store.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { Context, Settled } from '../runtime/context.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { StoreDoor } from './store-door.ts';

export type OpenStore = () => Promise<Store>;

type Pong = Awaited<ReturnType<Store['ping']>>;
interface Cast {
  readonly type: 'pong';
  readonly askedMs: number;
  readonly settled: Settled<Pong>;
}

interface State {
  readonly store: Store;
  /** Why the store does not answer; null while it does. */
  readonly down: string | null;
}

const PING_MS = 1_000;

export function storeKeeper(
  door: StoreDoor,
  open: OpenStore,
  meter: Meter,
): Behaviour<ServerMessage<never, Cast>> {
  let up = 0;
  return genServer<State, never, Cast>({
    async init(ctx) {
      const store = await open();
      ctx.own(() => store.close());
      ctx.own(door.admit(store));
      ctx.setTimer('ping', PING_MS);
      ctx.note(`up: ${store.name}`);
      up = 1;
      ctx.own(meter.read('zeno_store_up', () => up));
      return { store, down: null };
    },
    handleCast(message, state, ctx) {
      ctx.setTimer('ping', PING_MS);
      meter.observe('zeno_store_ping_seconds', (ctx.clock.monotonicMs() - message.askedMs) / 1_000);
      const down = faultOf(message.settled);
      up = down === null ? 1 : 0;
      if (down !== state.down) ctx.note(down === null ? `up: ${state.store.name}` : `down: ${down}`);
      return { ...state, down };
    },
    handleInfo(_info, state, ctx: Context<never, Cast>) {
      const askedMs = ctx.clock.monotonicMs();
      ctx.pipe(state.store.ping(), (settled) => ({ type: 'pong', askedMs, settled }));
      return state;
    },
  });
}

function faultOf(settled: Settled<Pong>): string | null {
  if (!settled.ok) return settled.error.message;
  return settled.value.kind === 'unavailable' ? settled.value.reason : null;
}
