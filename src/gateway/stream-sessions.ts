/**
 * The clients that listen to a stream and speak beside it, by the secret that each of them was given: whoever shows it
 * is that client. There are as many as there are such streams open, so their bound is that of connections.
 */
import type { Random } from '../lib/random.ts';
import type { ClientConnection } from './fan-out.ts';

/** 256 bits: nobody guesses one. */
const SECRET_BYTES = 32;

export class StreamSessions {
  readonly #open = new Map<string, ClientConnection>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  newSecret(): string {
    return this.#random.hex(SECRET_BYTES);
  }

  /** Known by its own secret, until it is forgotten. */
  add(connection: ClientConnection): void {
    if (connection.session === null) throw new Error('a client without a secret can not be found again');
    this.#open.set(connection.session, connection);
  }

  forget(secret: string): void {
    this.#open.delete(secret);
  }

  find(secret: string): ClientConnection | null {
    return this.#open.get(secret) ?? null;
  }
}
