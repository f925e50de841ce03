/**
 * A client of one run over one transport, as the contract suite sees it: it watches over one connection, from a position
 * or from nothing, and tells what it is told in the same words whatever the transport.
 */

export interface At {
  readonly epoch: string;
  readonly offset: number;
}

export type Heard =
  /** It begins anew here, and `why`. `data` is the estimate's JSON text, empty where there is none yet. */
  | { readonly kind: 'snapshot'; readonly at: At; readonly why: string; readonly data: string }
  /** It goes on from where it was. */
  | { readonly kind: 'recovered'; readonly at: At; readonly missed: number }
  /** `data` is the estimate's JSON text, to the letter. */
  | { readonly kind: 'estimate'; readonly at: At; readonly data: string }
  | { readonly kind: 'state'; readonly state: string }
  /** The last word: a farewell by its name, `cut` where there was none, `code <n>` for one without a name. */
  | { readonly kind: 'end'; readonly why: string };

export interface Wish {
  readonly position?: At | null;
  readonly everyMs?: number;
  /** Loopback address to come from; 127.0.0.1 without it. */
  readonly from?: string;
}

/** One connection. */
export interface Watching {
  readonly heard: readonly Heard[];
  /** Calls `hear` for all that comes, and first for what has come already. */
  onHeard(hear: (heard: Heard) => void): void;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  /** Stops reading; what comes stays in the kernels' buffers and then with the server. */
  stall(): void;
  /** Reads again. */
  drain(): void;
  /** Goes, as a network does: without a word. */
  leave(): void;
}

export interface TransportClient {
  readonly transport: string;
  /** Throws `TurnedAway` where the server refuses the connection itself. */
  watch(url: string, run: string, wish?: Wish): Promise<Watching>;
}

/** Refused in words of HTTP. */
export class TurnedAway extends Error {
  readonly status: number;
  /** The code of the problem answer. */
  readonly code: string;

  constructor(status: number, body: string) {
    super(`turned away: ${status} ${body}`);
    this.status = status;
    this.code = /urn:zeno:problem:([a-z-]+)/.exec(body)?.[1] ?? '';
  }
}

/** What one connection has heard so far, and who listens. */
export class Hearing {
  readonly heard: Heard[] = [];
  #hear: (heard: Heard) => void = () => {};

  add(heard: Heard): void {
    // Nothing is said after the end.
    if (this.heard.at(-1)?.kind === 'end') return;
    this.heard.push(heard);
    this.#hear(heard);
  }

  onHeard(hear: (heard: Heard) => void): void {
    this.#hear = hear;
    for (const heard of [...this.heard]) hear(heard);
  }
}
