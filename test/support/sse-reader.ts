/**
 * Reads Server-Sent Events as they come, by curl or by node:http, and keeps each one's bytes, so that tests can hold
 * what two clients saw, or one client before and after, against each other to the letter.
 */

import { spawn } from 'node:child_process';
import { request } from 'node:http';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { within } from './eventually.ts';

export interface SseEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
  /** The frame as it was sent, without the empty line that ends it. */
  readonly raw: string;
}

/** Text in pieces of any length → whole events. Comments and `retry` are left out of the events. */
export class SseParser {
  #rest = '';
  retryMs: number | null = null;

  push(text: string): SseEvent[] {
    const frames = `${this.#rest}${text}`.split('\n\n');
    this.#rest = frames.pop() ?? '';
    return frames.flatMap((raw) => this.#read(raw) ?? []);
  }

  #read(raw: string): SseEvent | null {
    let event = 'message';
    let id: string | null = null;
    const data: string[] = [];
    for (const line of raw.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'event') event = value;
      else if (field === 'id') id = value;
      else if (field === 'data') data.push(value);
      else if (field === 'retry') this.retryMs = Number(value);
      else if (field !== '') throw new Error(`no line of an event stream: ${JSON.stringify(line)}`);
    }
    return data.length === 0 ? null : { event, id, data: data.join('\n'), raw };
  }
}

const EVENT_DEADLINE_MS = 10_000;

/** One client's stream: everything it has received, in order, and a wait for more. */
export class SseStream {
  readonly events: SseEvent[] = [];
  /** Resolves when the server, or `close`, has ended it. */
  readonly ended: Promise<void>;
  readonly #parser = new SseParser();
  readonly #close: () => void;
  #wake = Promise.withResolvers<void>();
  #over = false;
  #fault: unknown = null;
  #hear: () => void = () => {};

  constructor(source: Readable, close: () => void) {
    this.#close = close;
    source.setEncoding('utf8').on('data', (text: string) => {
      try {
        this.events.push(...this.#parser.push(text));
      } catch (error) {
        this.#fault = error;
      }
      this.#tell();
    });
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#over = true;
        this.#tell();
        resolve();
      };
      // A connection that is cut is an end like any other here.
      source.once('error', end).once('close', end);
    });
    onTestFinished(() => this.close());
  }

  /** Calls `hear` whenever there is something new, and once for what has come already. */
  onEvents(hear: () => void): void {
    this.#hear = hear;
    hear();
  }

  get open(): boolean {
    return !this.#over;
  }

  get retryMs(): number | null {
    return this.#parser.retryMs;
  }

  get estimates(): readonly SseEvent[] {
    return this.events.filter(({ event }) => event === 'estimate');
  }

  /** The newest id seen: what a client comes back with. */
  get lastId(): string | null {
    return this.events.findLast(({ id }) => id !== null)?.id ?? null;
  }

  /** The first event, from index `from` on, of which `is` holds, as soon as it is there. */
  async event(what: string, is: (event: SseEvent) => boolean, from = 0): Promise<SseEvent> {
    const find = async (): Promise<SseEvent> => {
      for (;;) {
        const found = this.events.slice(from).find(is);
        if (found !== undefined) return found;
        if (this.#fault !== null) throw this.#fault;
        if (this.#over) throw new Error(`the stream ended without ${what}\n${this.seen()}`);
        await this.#wake.promise;
      }
    };
    return within(EVENT_DEADLINE_MS, what, find(), () => this.seen());
  }

  first(): Promise<SseEvent> {
    return this.event('a first event', () => true);
  }

  /** Until `count` more estimates than now have come. */
  async more(count: number): Promise<void> {
    const wanted = this.estimates.length + count;
    await this.event(`${count} more estimates`, () => this.estimates.length >= wanted);
  }

  /** Until the estimate at `offset` of any epoch has come. */
  reaches(offset: number): Promise<SseEvent> {
    return this.event(`offset ${offset}`, ({ id }) => id !== null && offsetOf(id) >= offset);
  }

  close(): void {
    this.#close();
  }

  seen(): string {
    return `seen: ${this.events.length} events, the last:\n${this.events
      .slice(-4)
      .map(({ raw }) => raw)
      .join('\n')}`;
  }

  #tell(): void {
    this.#hear();
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

export interface Watch {
  readonly lastEventId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** By `curl -sN`, as a person would. */
export function curlStream(url: string, { lastEventId, headers = {} }: Watch = {}): SseStream {
  const all = lastEventId === undefined ? headers : { ...headers, 'Last-Event-ID': lastEventId };
  const args = Object.entries(all).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const curl = spawn('curl', ['-sN', ...args, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new SseStream(curl.stdout, () => void curl.kill('SIGKILL'));
}

/** By node:http, each on a connection of its own. Throws on any other answer than a stream. */
export async function httpStream(url: string, { lastEventId, headers = {} }: Watch = {}): Promise<SseStream> {
  const all = lastEventId === undefined ? headers : { ...headers, 'Last-Event-ID': lastEventId };
  const { promise, resolve, reject } = Promise.withResolvers<SseStream>();
  const asked = request(url, { agent: false, headers: all }, (response) => {
    if (response.statusCode === 200) resolve(new SseStream(response, () => asked.destroy()));
    else reject(new Error(`${url} answered ${response.statusCode}`));
  });
  // Once a stream, its own reader hears of errors.
  asked.on('error', reject).end();
  return promise;
}

export function offsetOf(id: string): number {
  return Number(id.slice(id.indexOf(':') + 1));
}

export function epochOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}
