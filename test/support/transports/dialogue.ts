/**
 * A client of the Centrifugal protocol that watches one run, as the stock client does: it answers pings, subscribes anew
 * when it is told to, and keeps its position. What it speaks over comes in as a wire.
 */
import type { Told } from './told.ts';
import { type At, Hearing, type Watching, type Wish } from './transport-client.ts';

/** A connection on which commands go out and messages come in. */
export interface Wire {
  /** `session` is the connect reply's; empty before it. */
  say(command: object, session: string): void;
  /** Calls `hear` for each message in order. */
  onTold(hear: (told: Told) => void): void;
  /** How it ended: a close code, or null where only the last message says so. */
  readonly closed: Promise<number | null>;
  stall(): void;
  drain(): void;
  leave(): void;
}

/** What a connection may end with, by the names that event streams have for it: a cut, the run's end, or a farewell. */
export const endings: Readonly<Record<number, string>> = {
  1006: 'cut',
  2000: 'ended',
  3001: 'drain',
  3004: 'internal',
  3005: 'expired',
  3008: 'slow',
  3012: 'no-pong',
  3013: 'too-many-requests',
  3500: 'invalid-token',
  3501: 'bad-request',
  3502: 'stale',
  3503: 'ended',
};

const nameOf = (code: number) => endings[code] ?? `code ${code}`;

/** The connect command, which some wires begin with. */
export const connectCommand = { connect: {}, id: 1 };

/** From here on an unsubscribe means: subscribe anew. */
const SUBSCRIBE_ANEW = 2500;

export class Dialogue implements Watching {
  readonly closed: Promise<void>;
  readonly #hearing = new Hearing();
  readonly #wire: Wire;
  readonly #run: string;
  readonly #wish: Wish;
  #at: At;
  #session = '';
  #id = 1;

  constructor(wire: Wire, run: string, wish: Wish) {
    this.#wire = wire;
    this.#run = run;
    this.#wish = wish;
    this.#at = wish.position ?? { epoch: '', offset: 0 };
    wire.onTold((told) => this.#heard(told));
    this.closed = wire.closed.then((code) => {
      this.#hearing.add({ kind: 'end', why: code === null ? 'cut' : nameOf(code) });
    });
  }

  get heard() {
    return this.#hearing.heard;
  }

  onHeard(hear: Parameters<Watching['onHeard']>[0]): void {
    this.#hearing.onHeard(hear);
  }

  stall(): void {
    this.#wire.stall();
  }

  drain(): void {
    this.#wire.drain();
  }

  leave(): void {
    this.#wire.leave();
  }

  #subscribe(recover: boolean): void {
    this.#id += 1;
    const { everyMs } = this.#wish;
    const wish = everyMs === undefined ? {} : { data: { everyMs } };
    const from = recover ? { recover, ...this.#at } : {};
    this.#wire.say({ subscribe: { channel: this.#run, ...from, ...wish }, id: this.#id }, this.#session);
  }

  #heard(told: Told): void {
    switch (told.kind) {
      case 'ping':
        this.#wire.say({}, this.#session);
        break;
      case 'connected':
        this.#session = told.session;
        this.#subscribe((this.#wish.position ?? null) !== null);
        break;
      case 'error':
        this.#hearing.add({ kind: 'end', why: `error ${told.code}` });
        break;
      case 'subscribed':
        this.#subscribed(told);
        break;
      case 'published':
        this.#published(told);
        break;
      case 'message':
        this.#hearing.add({ kind: 'state', state: JSON.parse(told.data).state });
        break;
      case 'unsubscribed':
        if (told.code >= SUBSCRIBE_ANEW) this.#subscribe(true);
        else this.#hearing.add({ kind: 'end', why: nameOf(told.code) });
        break;
      case 'disconnected':
        this.#hearing.add({ kind: 'end', why: nameOf(told.code) });
        break;
    }
  }

  #subscribed({ epoch, offset, recovered, data, publications }: Extract<Told, { kind: 'subscribed' }>): void {
    this.#at = { epoch, offset };
    const { missed, state, reason } = JSON.parse(data);
    if (recovered) {
      this.#hearing.add({ kind: 'recovered', at: this.#at, missed });
      this.#hearing.add({ kind: 'state', state });
      for (const publication of publications) this.#published(publication);
    } else {
      this.#hearing.add({ kind: 'snapshot', at: this.#at, why: reason, data: publications[0]?.data ?? '' });
    }
  }

  #published({ offset, data }: { readonly offset: number; readonly data: string }): void {
    this.#at = { epoch: this.#at.epoch, offset };
    this.#hearing.add({ kind: 'estimate', at: this.#at, data });
  }
}
