/** A small world of processes for one test: its system, what has happened in it, and how to wait for what will. */

import type { Clock } from '../../../src/lib/clock.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Behaviour } from '../../../src/runtime/behaviour.ts';
import type { From } from '../../../src/runtime/call.ts';
import { genServer, type ServerMessage } from '../../../src/runtime/gen-server.ts';
import type { Info } from '../../../src/runtime/info.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import type { RuntimeEvent } from '../../../src/runtime/runtime-event.ts';
import { createSystem, type SpawnOptions, type System } from '../../../src/runtime/system.ts';

type Of<T extends RuntimeEvent['type']> = Extract<RuntimeEvent, { type: T }>;

export interface World {
  readonly system: System;
  readonly events: RuntimeEvent[];
  /** Spawns and insists that it worked. */
  start<M>(behaviour: Behaviour<M>, options?: SpawnOptions<M>): Promise<Pid<M>>;
  of<T extends RuntimeEvent['type']>(type: T): Of<T>[];
  /** The next event of this type (and path) from now on. */
  next<T extends RuntimeEvent['type']>(type: T, path?: string): Promise<Of<T>>;
}

export function world(options: { clock?: Clock; mailboxMax?: number; drainBudget?: number } = {}): World {
  const { clock = systemClock, mailboxMax = 1000, drainBudget = 64 } = options;
  const system = createSystem({ name: 'test', clock, mailboxMax, drainBudget });
  const events: RuntimeEvent[] = [];
  system.onEvent((event) => events.push(event));
  const isOf = <T extends RuntimeEvent['type']>(event: RuntimeEvent, type: T): event is Of<T> =>
    event.type === type;
  return {
    system,
    events,
    async start(behaviour, spawnOptions) {
      const spawned = await system.spawn(behaviour, spawnOptions);
      if (!spawned.ok) throw new Error(`not started: ${JSON.stringify(spawned.reason)}`);
      return spawned.pid;
    },
    of: (type) => events.filter((event) => isOf(event, type)).filter((event) => isOf(event, type)),
    next(type, path) {
      return new Promise((resolve) => {
        const off = system.onEvent((event) => {
          if (!isOf(event, type) || (path !== undefined && event.path !== path)) return;
          off();
          resolve(event);
        });
      });
    },
  };
}

/** Lets everything that is ready run: `turns` rounds of the event loop. */
export async function settle(turns = 12): Promise<void> {
  for (let i = 0; i < turns; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A promise with its handle, for handlers that wait until the test lets them go on. */
export function gate<T = void>() {
  return Promise.withResolvers<T>();
}

export type CounterCall =
  | { readonly type: 'get'; readonly from: From<number> }
  | { readonly type: 'crash'; readonly from: From<null> };
export type CounterCast = { readonly type: 'add'; readonly by: number } | { readonly type: 'crash' };
export type CounterMessage = ServerMessage<CounterCall, CounterCast>;

/** Counts, and crashes on demand. */
export function counter(): Behaviour<CounterMessage> {
  return genServer<number, CounterCall, CounterCast>({
    init: () => 0,
    handleCall(request, state, ctx) {
      if (request.type === 'crash') throw new Error('crash');
      ctx.reply(request.from, state);
      return state;
    },
    handleCast(message, state) {
      if (message.type === 'crash') throw new Error('crash');
      return state + message.by;
    },
  });
}

/** Writes down what it is told; `log` outlives it. */
export function recorder(log: (Info | string)[]): Behaviour<ServerMessage<never, string>> {
  return genServer<null, never, string>({
    init: () => null,
    handleCast(message) {
      log.push(message);
      return null;
    },
    handleInfo(info) {
      log.push(info);
      return null;
    },
    terminate(reason) {
      log.push(`terminate ${JSON.stringify(reason)}`);
    },
  });
}
