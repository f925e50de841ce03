/**
 * nact, reduced to what it does well: give a process its turns, one at a time, a macrotask apart. Every process is a
 * flat child of the one system reference under a name never used again. Its stop cascade, supervision policies,
 * queries and timeouts are not used, because they do not do what they say; design/supervision.md has the list.
 */
import { type ActorSystemRef, dispatch, spawn, start, stop } from 'nact';

export interface Turns {
  /** Asks for a turn. Asked during a turn, it comes after that one. */
  wake(): void;
  /** No turn begins after this. */
  end(): void;
}

const wakeMessage = 'wake';

export class Scheduler {
  /** Unnamed: nact then draws 128 random bits, while a name given twice would silently replace the first system. */
  private readonly system: ActorSystemRef = start();

  /** `turn` must neither throw nor reject; nact's answer to a crash is only a backstop here. */
  add(id: string, turn: () => void | Promise<void>): Turns {
    const actor = spawn(this.system, () => turn(), id, {
      onCrash: (_message, _error, ctx) => ctx.stop,
    });
    return { wake: () => dispatch(actor, wakeMessage), end: () => stop(actor) };
  }
}
