/**
 * One connection of a fuzzer: sends living frames and holds every answer against what the rules say must come of each
 * command, then one fatal frame, and says by which code it ended.
 */
import { eventually } from '../eventually.ts';
import { ByteWebSocket } from '../web-socket-bytes.ts';
import type { Verdict } from './command-oracle.ts';
import type { FatalFrame, LivingFrame } from './wire-frames.ts';

interface Answer {
  readonly id?: number;
  readonly error?: { readonly code: number; readonly message: string; readonly temporary: boolean };
  readonly push?: object;
  readonly [method: string]: unknown;
}

/** Errors with which a command may be answered though it is well-formed: those of the state of things. */
const lawful: Readonly<Record<string, readonly number[]>> = {
  subscribe: [102, 105, 106, 107, 112],
  history: [102, 108, 112],
  presence_stats: [102, 108],
  unsubscribe: [],
  ping: [],
};
/** A subscribe that was taken back before it was answered is answered by this, so that its client does not wait. */
const GIVEN_UP = 100;

const CONNECT_ID = 5_000;

export class FuzzedConnection {
  readonly #socket: ByteWebSocket;
  readonly #answers = new Map<number, Answer[]>();
  readonly #asked = new Map<number, Verdict[]>();
  #awaited = 1;
  #came = 0;
  #fault: unknown = null;

  private constructor(socket: ByteWebSocket) {
    this.#socket = socket;
    socket.onText((text) => {
      try {
        for (const line of text.split('\n')) this.#hear(JSON.parse(line));
      } catch (error) {
        this.#fault ??= new Error(`${text} is not of this protocol`, { cause: error });
      }
    });
  }

  static async open(url: string): Promise<FuzzedConnection> {
    // There are too many to be remembered; its node ends what has not ended by itself.
    const connection = new FuzzedConnection(await ByteWebSocket.open(url, { atEnd: () => {} }));
    connection.#socket.say(`{"connect":{},"id":${CONNECT_ID}}`);
    return connection;
  }

  send({ bytes, verdicts }: LivingFrame): void {
    this.#socket.send(bytes);
    for (const verdict of verdicts) {
      if (!('id' in verdict)) continue;
      this.#awaited += 1;
      const asked = this.#asked.get(verdict.id) ?? [];
      asked.push(verdict);
      this.#asked.set(verdict.id, asked);
    }
  }

  /** Throws unless each command so far has exactly one answer, and the right one. */
  async judge(): Promise<void> {
    const open = () =>
      [...this.#asked].flatMap(([id, asked]) =>
        asked.length === this.#answers.get(id)?.length ? [] : asked,
      );
    await eventually(
      `an answer to each command`,
      () => this.#came >= this.#awaited || this.#fault !== null,
      6_000,
    ).catch((error: unknown) => {
      throw new Error(`without an answer: ${JSON.stringify(open().slice(0, 5))}`, { cause: error });
    });
    if (this.#fault !== null) throw this.#fault;
    if (this.#came > this.#awaited) throw new Error(`${this.#came} answers to ${this.#awaited} commands`);
    const { connect } = this.#answers.get(CONNECT_ID)?.[0] ?? {};
    if (connect === undefined) throw new Error('it was not let in');
    for (const [id, asked] of this.#asked) {
      const answers = this.#answers.get(id) ?? [];
      if (answers.length !== asked.length)
        throw new Error(`${answers.length} answers to ${JSON.stringify(asked)}`);
      const [verdict] = asked;
      const [answer] = answers;
      // Several of one id can't be told apart.
      if (asked.length > 1 || verdict === undefined || answer === undefined) continue;
      if (answer.error?.code === GIVEN_UP && this.#tookBack(verdict)) continue;
      if (!isRight(verdict, answer))
        throw new Error(`${JSON.stringify(answer).slice(0, 500)} in answer to ${JSON.stringify(verdict)}`);
    }
  }

  /** The code by which the connection ends. */
  finish({ bytes }: FatalFrame): Promise<number> {
    this.#socket.send(bytes);
    return this.#socket.end();
  }

  #tookBack(verdict: Verdict): boolean {
    const channel = channelOf(verdict, 'subscribe');
    const all = [...this.#asked.values()].flat();
    return channel !== null && all.some((other) => channelOf(other, 'unsubscribe') === channel);
  }

  #hear(answer: Answer): void {
    const { id, push } = answer;
    if (id === undefined) {
      if (push === undefined && Object.keys(answer).length > 0) throw new Error('neither a reply nor a push');
      return;
    }
    this.#came += 1;
    const answers = this.#answers.get(id) ?? [];
    answers.push(answer);
    this.#answers.set(id, answers);
  }
}

/** The channel that a command of `method` is about; null for any other command. */
function channelOf(verdict: Verdict, method: string): unknown {
  if (verdict.kind !== 'obey' || verdict.method !== method) return null;
  const { channel } = verdict.params;
  return channel;
}

function isRight(verdict: Verdict, answer: Answer): boolean {
  const { error } = answer;
  if (error !== undefined && !(Number.isInteger(error.code) && error.message !== '')) return false;
  switch (verdict.kind) {
    case 'refuse':
      return error?.code === verdict.code;
    case 'obey':
      return error === undefined
        ? typeof answer[verdict.method] === 'object'
        : lawful[verdict.method]?.includes(error.code) === true;
    default:
      return false;
  }
}
