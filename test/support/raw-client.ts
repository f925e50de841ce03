/** A WebSocket client that says exactly what it is told to, and keeps every object it is sent, in order. */
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { eventually, within } from './eventually.ts';

export interface Publication {
  readonly offset: number;
  readonly data: { readonly run?: string; readonly skipped?: number; readonly seq?: number };
}

export interface Subscribed {
  readonly epoch: string;
  readonly offset: number;
  readonly recovered: boolean;
  readonly publications: readonly Publication[];
  readonly data: { readonly reason?: string; readonly missed?: number };
}

export interface Push {
  readonly channel?: string;
  readonly pub?: Publication;
  readonly unsubscribe?: { readonly code: number; readonly reason: string };
  readonly disconnect?: { readonly code: number; readonly reason: string };
}

/** As far as tests look into it. */
export interface Said {
  readonly id?: number;
  readonly connect?: { readonly client: string; readonly ttl?: number; readonly session?: string };
  readonly subscribe?: Subscribed;
  readonly history?: Subscribed;
  readonly error?: { readonly code: number; readonly temporary: boolean };
  readonly push?: Push;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface RawOptions {
  readonly protocols?: string[];
  readonly query?: string;
  /** Of the handshake. */
  readonly headers?: Readonly<Record<string, string>>;
}

const DEADLINE_MS = 8_000;

export class RawClient {
  readonly said: Said[] = [];
  readonly closed: Promise<Closed>;
  readonly socket: WebSocket;
  #hear: (said: Said) => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      for (const line of data.toString().split('\n')) {
        const said: Said = JSON.parse(line);
        this.said.push(said);
        this.#hear(said);
      }
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    onTestFinished(() => socket.terminate());
  }

  /** `url` is the node's, as HTTP has it. */
  static async open(
    url: string,
    { protocols = [], query = '', headers = {} }: RawOptions = {},
  ): Promise<RawClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/connection/websocket${query}`, protocols, {
      headers,
    });
    const client = new RawClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return client;
  }

  /** Objects as the lines of one message. */
  say(...commands: readonly object[]): void {
    this.socket.send(commands.map((command) => JSON.stringify(command)).join('\n'));
  }

  /** Calls `hear` for everything that is said from now on. */
  onSaid(hear: (said: Said) => void): void {
    this.#hear = hear;
  }

  /** Connects and waits until it is let in. */
  async enter(connect: object = {}): Promise<Said> {
    this.say({ connect, id: 1 });
    return this.reply(1);
  }

  reply(id: number): Promise<Said> {
    return this.find(`a reply to ${id}`, (said) => said.id === id);
  }

  find(what: string, is: (said: Said) => boolean): Promise<Said> {
    return eventually(
      `${what}\n${JSON.stringify(this.said).slice(0, 2_000)}`,
      () => this.said.find(is),
      DEADLINE_MS,
    );
  }

  /** The reply to a subscribe that was granted. */
  async subscribed(id: number): Promise<Subscribed> {
    const { subscribe, error } = await this.reply(id);
    if (subscribe === undefined) throw new Error(`not subscribed: ${JSON.stringify(error)}`);
    return subscribe;
  }

  /** The reply to a history that was read. */
  async history(id: number): Promise<Subscribed> {
    const { history, error } = await this.reply(id);
    if (history === undefined) throw new Error(`no history: ${JSON.stringify(error)}`);
    return history;
  }

  /** What was pushed on a channel, by kind, as far as it has come. */
  pushed(channel: string): readonly Push[] {
    return this.said.flatMap(({ push }) => (push?.channel === channel ? [push] : []));
  }

  /** Offsets of the publications that were pushed on a channel. */
  offsets(channel: string): readonly number[] {
    return this.pushed(channel).flatMap(({ pub }) => (pub === undefined ? [] : [pub.offset]));
  }

  end(): Promise<Closed> {
    return within(DEADLINE_MS, 'the close', this.closed, () => JSON.stringify(this.said));
  }
}
