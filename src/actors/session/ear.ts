/** Hears a client's connection and tells its session: one object a client, since there are thousands of them. */
import type { ConnectionEvents, Said } from '../../protocols/ports/connection.ts';
import type { SessionContext } from './session-data.ts';

export class Ear implements ConnectionEvents {
  readonly #ctx: SessionContext;

  constructor(ctx: SessionContext) {
    this.#ctx = ctx;
  }

  received(said: Said): void {
    this.#ctx.cast(this.#ctx.self, { type: 'heard', said });
  }

  drained(): void {
    this.#ctx.cast(this.#ctx.self, { type: 'drained' });
  }

  closed(): void {
    this.#ctx.cast(this.#ctx.self, { type: 'closed' });
  }
}
