/** A client that listens to a stream of the Centrifugal protocol and says beside it exactly what it is told to. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { eventually, within } from './eventually.ts';
import { type Answered, ask } from './http-client.ts';
import type { Said } from './raw-client.ts';

export type StreamKind = 'http_stream' | 'sse';

const DEADLINE_MS = 8_000;

export class StreamClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** All that has come. */
  text = '';
  readonly ended: Promise<void>;
  readonly #url: string;
  readonly #kind: StreamKind;
  readonly #response: IncomingMessage;

  private constructor(url: string, kind: StreamKind, response: IncomingMessage) {
    this.#url = url;
    this.#kind = kind;
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.ended = new Promise((resolve) => response.on('error', () => {}).once('close', resolve));
    onTestFinished(() => this.leave());
  }

  /** `said` goes with the request; `url` is the node's. */
  static open(
    url: string,
    kind: StreamKind,
    said: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<StreamClient> {
    const isSse = kind === 'sse';
    const target = new URL(`/connection/${kind}`, url);
    if (isSse && said !== '') target.searchParams.set('cf_connect', said);
    const typed = isSse ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const method = isSse ? 'GET' : 'POST';
      const asked = request(target, { method, agent: false, headers: { ...typed, ...headers } });
      asked.once('response', (response) => resolve(new StreamClient(url, kind, response)));
      asked.once('error', reject);
      asked.end(isSse ? undefined : said);
    });
  }

  /** Every object that has come whole, in order. Throws for what does not belong in such a stream. */
  get said(): readonly Said[] {
    if (this.#kind === 'sse') {
      if (this.text !== '' && !this.text.startsWith('\r\n')) throw new Error('it began with something else');
      const frames = this.text.slice(2).split('\n\n').slice(0, -1);
      return frames.map((frame) => {
        const data = /^data: (\{.*\})$/.exec(frame)?.[1];
        if (data === undefined) throw new Error(`no unnamed event of one object: ${frame}`);
        return JSON.parse(data);
      });
    }
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }

  find(what: string, is: (said: Said) => boolean): Promise<Said> {
    return eventually(`${what}\n${this.text.slice(0, 2_000)}`, () => this.said.find(is), DEADLINE_MS);
  }

  reply(id: number): Promise<Said> {
    return this.find(`a reply to ${id}`, (said) => said.id === id);
  }

  /** What it has to show to be heard; it has been let in. */
  async session(): Promise<string> {
    const { connect } = await this.find('its connect reply', (said) => said.connect !== undefined);
    if (connect?.session === undefined) throw new Error('no session');
    return connect.session;
  }

  /** Commands in one post. */
  async say(...commands: readonly object[]): Promise<Answered> {
    const data = commands.map((command) => JSON.stringify(command)).join('\n');
    return this.post({ session: await this.session(), data });
  }

  post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return ask(`${this.#url}/emulation`, { method: 'POST', body, headers });
  }

  /** The words of a disconnect, once the stream has ended. */
  async end(): Promise<unknown> {
    await within(DEADLINE_MS, 'the end', this.ended, () => this.text);
    return this.said.at(-1)?.push?.disconnect;
  }

  leave(): void {
    this.#response.destroy();
  }
}
