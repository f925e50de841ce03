/**
 * One client's socket: the only place that writes to one. What is said is queued and goes out with what everybody is
 * sent in the same turn; while the socket has not taken what it was given, the rest waits here, where it can be counted
 * and dropped. A client that takes too little is congested, and gets the newest of everything later; one that takes
 * nothing for too long, or has too much waiting, pays with its connection, told why if it still reads.
 *
 * Bytes that the socket has taken are the kernel's, megabytes of them if it likes. Only a client that answers
 * (see `flight.ts`) can be asked what became of them; for a stream they can be bounded by the machine's settings alone
 * (`net.ipv4.tcp_notsent_lowat`, `tcp_wmem`), and one that vanished without a word is found when TCP gives up.
 */
import type { Socket } from 'node:net';
import type { ConnectionEvents, ConnectionFormat, Said } from '../../protocols/ports/connection.ts';
import { codecOf } from '../../protocols/wire/codecs.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { ClientConnection } from '../fan-out.ts';
import { Drain } from './drain.ts';
import { type FrameQueue, noBytes } from './frame-queue.ts';
import type { Debtor, Pool, SlowLimit } from './pool.ts';

export interface Opening {
  /** Id of the request, for the log. */
  readonly request: string;
  readonly format: ConnectionFormat;
  /** Called once when the connection is gone, before the core hears of it. */
  readonly ended: () => void;
}

export abstract class ClientSocket implements ClientConnection, Debtor {
  readonly format: ConnectionFormat;
  readonly session: string | null;
  protected readonly pool: Pool;
  /** Null if the client had gone before it came to this. */
  protected readonly socket: Socket | null;
  readonly #request: string;
  readonly #ended: () => void;
  readonly #openedMs: number;
  /** What the socket had written for requests before this one. */
  readonly #bytesBefore: number;
  #queue: FrameQueue;
  #phase: 'open' | 'ending' | 'gone' = 'open';
  #events: ConnectionEvents | null = null;
  /** The socket has not taken what it was given; null while it has. How much waits in it and here. */
  #drain: Drain | null = null;
  #waiting = 0;
  #congested: boolean = false;
  /** Why the server ended it; null while it did not. */
  #farewell: FarewellName | null = null;
  #cancelCut: (() => void) | null = null;

  constructor(socket: Socket | null, session: string | null, opening: Opening, pool: Pool) {
    this.socket = socket;
    this.session = session;
    this.format = opening.format;
    this.#request = opening.request;
    this.#ended = opening.ended;
    this.pool = pool;
    this.#queue = pool.nothing;
    this.#openedMs = pool.readClock();
    this.#bytesBefore = socket?.bytesWritten ?? 0;
    pool.clients.opened(this.format);
    if (socket === null || socket.destroyed) this.gone();
    else socket.on('close', () => this.gone());
  }

  /** Whether a frame may be written now. */
  protected abstract writable(): boolean;
  /** Somebody listens: what the client says may come in. */
  protected abstract begin(): void;
  /** Says in the transport's own way that nothing more comes. */
  protected abstract sayEnd(why: FarewellName): void;
  /** `queue` is about to be written; what is to be written instead. */
  protected abstract leaving(queue: FrameQueue): FrameQueue;
  /** The client has more unread than it should have, as far as it can be asked. */
  protected abstract lags(): boolean;
  /** It owes an answer that it may be too late for. */
  protected abstract owes(): boolean;
  /** How long it has shown nothing of what it has to read; null where it can't be asked. */
  protected abstract stalledMs(nowMs: number): number | null;

  get waitingBytes(): number {
    return this.#phase === 'open' ? this.#waiting : 0;
  }

  /** Nothing it says is heard any more. */
  protected get ended(): boolean {
    return this.#phase !== 'open';
  }

  congested(): boolean {
    return this.#congested;
  }

  write(bytes: Uint8Array): void {
    if (this.#phase !== 'open') return;
    const before = this.#queue;
    this.#queue = before.with(bytes);
    if (this.#drain !== null) this.#wait(bytes.length);
    else if (before === this.pool.nothing) this.pool.flusher.add(this);
    // That much is no matter of a turn any more, and waiting for it is not the client's fault.
    else if (this.#queue.bytes > this.pool.bounds.outboxSoftBytes) this.#flushNow();
  }

  flush(): void {
    const queue = this.#queue;
    if (this.#drain !== null || queue === this.pool.nothing || this.#phase !== 'open') return;
    this.#queue = this.pool.nothing;
    if (!this.writable()) return;
    this.#put(this.leaving(queue));
    if (this.socket !== null && this.socket.writableLength > 0) this.#block(this.socket);
    this.judge();
  }

  listen(events: ConnectionEvents): void {
    this.#events = events;
    if (this.#phase === 'gone') events.closed();
    else this.begin();
  }

  received(said: Said): void {
    if (this.#phase === 'open') this.#events?.received(said);
  }

  close(why: FarewellName): void {
    this.#end(why, null);
  }

  refuse(why: FarewellName): void {
    this.#end(why, codecOf(this.format).bye(why, this.pool.bounds.reconnectMinMs));
  }

  cut(why: FarewellName): void {
    this.#farewell ??= why;
    this.#cut();
  }

  pay(limit: SlowLimit): void {
    this.pool.meter.limited(limit);
    this.#queue = this.pool.nothing;
    this.refuse('slow');
  }

  look(nowMs: number): boolean {
    if (this.#phase !== 'open') return false;
    // What it has read says more than what its kernel has room for.
    const stuckMs = this.stalledMs(nowMs) ?? this.#drain?.stuckMs(nowMs) ?? 0;
    if (stuckMs >= this.pool.bounds.outboxStallMs) this.pay('outboxStallMs');
    else this.judge();
    return this.#phase === 'open' && (this.#drain !== null || this.owes());
  }

  protected gone(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    this.#settle();
    this.#queue = this.pool.nothing;
    this.#congested = false;
    this.#cancelCut?.();
    this.pool.forget(this);
    const durationMs = this.pool.readClock() - this.#openedMs;
    const bytes = (this.socket?.bytesWritten ?? 0) - this.#bytesBefore;
    const end = { request: this.#request, format: this.format, farewell: this.#farewell, durationMs, bytes };
    this.pool.clients.ended(end);
    this.#ended();
    this.#events?.closed();
  }

  /** What it has not taken has changed: it may have become congested by it, or be so no longer. */
  protected judge(): void {
    const { outboxSoftBytes } = this.pool.bounds;
    const waits = this.#waiting > outboxSoftBytes;
    const congested = waits || this.lags();
    if (congested === this.#congested || this.#phase !== 'open') return;
    this.#congested = congested;
    if (congested) this.pool.meter.limited(waits ? 'outboxSoftBytes' : 'ackLateMs');
    else this.#events?.drained();
  }

  /** The one write to a client. */
  #put(queue: FrameQueue): void {
    this.pool.wrote(queue.frames);
    this.socket?.write(queue.joined());
  }

  #block(socket: Socket): void {
    this.#drain = new Drain(socket, this.pool.readClock());
    this.pool.watch(this);
    // Its callback comes when all before it has been taken; to ask with each write would cost every client for it.
    socket.write(noBytes, () => this.#taken());
    this.#wait(socket.writableLength);
  }

  #wait(bytes: number): void {
    this.#waiting += bytes;
    this.pool.waits(bytes);
    if (this.#waiting >= this.pool.bounds.outboxHardBytes) this.pay('outboxHardBytes');
    else this.judge();
    this.pool.collect();
  }

  #taken(): void {
    if (this.#phase !== 'open') return;
    this.#settle();
    this.#flushNow();
    this.judge();
  }

  /** Beside the round, whose time would be long past. */
  #flushNow(): void {
    this.pool.turn();
    this.flush();
  }

  #settle(): void {
    this.pool.waits(-this.#waiting);
    this.#waiting = 0;
    this.#drain = null;
  }

  #cut(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'ending';
    this.#settle();
    this.socket?.resetAndDestroy();
  }

  /** Nothing more is written, and the client has `closeMs` to go. */
  protected ending(why: FarewellName): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'ending';
    this.#farewell = why;
    // What is on its way out is nobody else's burden.
    this.#settle();
    this.#queue = this.pool.nothing;
    this.#cancelCut = this.pool.clock.schedule(this.pool.bounds.closeMs, () => {
      this.pool.meter.limited('closeMs');
      this.#cut();
    });
  }

  #end(why: FarewellName, lastWords: Uint8Array | null): void {
    if (this.#phase !== 'open') return;
    const queue = lastWords === null ? this.#queue : this.#queue.with(lastWords);
    this.ending(why);
    if (queue !== this.pool.nothing && this.writable()) this.#put(queue);
    this.sayEnd(why);
    // The other side's last word has to be read, too.
    this.begin();
  }
}
