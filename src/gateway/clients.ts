/**
 * Who is connected, by format, and how each connection ended: counted, and told in one line of the log. The session's
 * own line about the same client has the same `request`.
 */
import type { ConnectionFormat } from '../protocols/ports/connection.ts';
import type { Log } from '../protocols/ports/log.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { FarewellName } from '../protocols/wire/farewell.ts';

interface ConnectionEnd {
  /** Id of the request it began with. */
  readonly request: string;
  readonly format: ConnectionFormat;
  /** Why the server ended it; null where the client went by itself. */
  readonly farewell: FarewellName | null;
  readonly durationMs: number;
  /** What has left the process for this client. */
  readonly bytes: number;
}

export class Clients {
  readonly #meter: Meter;
  readonly #log: Pick<Log, 'debug'>;
  readonly #open = new Map<string, number>();

  constructor(meter: Meter, log: Pick<Log, 'debug'>) {
    this.#meter = meter;
    this.#log = log;
    meter.read('zeno_clients', () => this.#open);
  }

  opened(format: ConnectionFormat): void {
    this.#meter.count('zeno_connects_total', format);
    this.#open.set(format, (this.#open.get(format) ?? 0) + 1);
  }

  ended(end: ConnectionEnd): void {
    const { format, farewell, durationMs } = end;
    if (farewell !== null) this.#meter.count('zeno_closes_total', farewell);
    this.#open.set(format, (this.#open.get(format) ?? 1) - 1);
    this.#log.debug({ ...end, durationMs: Math.round(durationMs) }, 'client gone');
  }
}
