/** A client as it should be: it reads to the end, and comes back with the last id it has seen. */
import type { UserId } from '../../../src/protocols/identity.ts';
import type { Service } from '../../../src/protocols/ports/service.ts';
import { ClientConnection } from '../../support/client-connection.ts';
import { until } from '../../support/until.ts';

export class ReturningClient implements Disposable {
  readonly connections: ClientConnection[] = [];
  readonly #service: Service;
  readonly #run: string;
  #away: boolean = false;

  private constructor(service: Service, run: string) {
    this.#service = service;
    this.#run = run;
  }

  static async watch(service: Service, run: string): Promise<ReturningClient> {
    const client = new ReturningClient(service, run);
    void client.#stay();
    await until(`${run} shows itself`, () => client.ids.length > 0);
    return client;
  }

  async #stay(): Promise<void> {
    while (!this.#away) {
      const { length } = this.connections;
      let answered = false;
      await this.#service.watchRun(
        {
          guest: { user: 'somebody' as UserId, credentials: { bearer: null, cookie: null }, request: 'r' },
          run: this.#run,
          lastEventId: this.ids.at(-1) ?? null,
          everyMs: null,
        },
        () => {
          const connection = new ClientConnection();
          // A session that was started after all finds the request answered, and nobody there.
          if (answered) connection.leave();
          else this.connections.push(connection);
          return connection;
        },
      );
      answered = true;
      // Also if the answer was lost with who had let it in: a stream that has begun is read to its end.
      if (this.connections.length > length) await this.connections.at(-1)?.gone;
      else await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Goes for good. */
  leave(): void {
    this.#away = true;
    this.connections.at(-1)?.leave();
  }

  [Symbol.dispose](): void {
    this.leave();
  }

  get ids(): string[] {
    return this.connections.flatMap(({ ids }) => ids);
  }

  get offset(): number {
    return Number(this.ids.at(-1)?.split(':')[1] ?? -1);
  }

  /** Texts of the estimates by offset. Throws if the sequence has a hole, a repetition or more than one beginning. */
  get texts(): Map<number, string> {
    const texts = new Map<number, string>();
    let has: { epoch: string; offset: number } | null = null;
    for (const [place, connection] of this.connections.entries()) {
      // A session that ends before it served its client says goodbye, and nothing else.
      const first = connection.frames.find(({ event }) => event !== 'bye');
      if (
        first !== undefined &&
        place > 0 &&
        this.connections.slice(0, place).some(({ ids }) => ids.length > 0)
      ) {
        const { recovered } = JSON.parse(first.data);
        if (first.event !== 'state' || recovered !== true)
          throw new Error(`came back to ${first.event} ${first.data}`);
      }
      for (const { event, id, data } of connection.frames) {
        if (id === null) continue;
        const [epoch = '', offset = ''] = id.split(':');
        if (event === 'snapshot' && has !== null)
          throw new Error(`began again at ${id}: ${data.slice(0, 80)}`);
        if (has !== null && (epoch !== has.epoch || Number(offset) !== has.offset + 1)) {
          throw new Error(`${id} came after ${has.epoch}:${has.offset}`);
        }
        has = { epoch, offset: Number(offset) };
        if (event === 'estimate') texts.set(has.offset, data);
      }
    }
    return texts;
  }

  /** Waits until so many estimates more have come. */
  async more(count: number): Promise<void> {
    const from = this.offset;
    await until(`${count} more estimates of ${this.#run} after ${from}`, () => this.offset >= from + count);
  }
}

/** Throws unless both have been sent the same bytes wherever both have been sent something; how often that was. */
export function agree(one: ReturningClient, two: ReturningClient): number {
  const others = two.texts;
  let both = 0;
  for (const [offset, text] of one.texts) {
    const other = others.get(offset);
    if (other === undefined) continue;
    if (other !== text) throw new Error(`at ${offset} one has ${text}, the other ${other}`);
    both += 1;
  }
  return both;
}
