/**
 * A WebSocket by hand over a bare TCP socket: any frame may be sent, also those that no library would make, and every
 * frame that comes is kept. What is under test includes the server's library, so the client shares none with it.
 */
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { within } from './eventually.ts';
import type { AtEnd } from './node-process.ts';

export interface Frame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  /** The last of its message; true without it. */
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** Clients have to mask; true without it. */
  readonly masked?: boolean;
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const LONG = 126;
const LONGER = 127;
const DEADLINE_MS = 10_000;

export function frameBytes({ opcode, payload, fin = true, reserved = 0, masked = true }: Frame): Buffer {
  const { length } = payload;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = masked ? 0x80 : 0;
  const head =
    length < LONG
      ? Buffer.from([first, mask | length])
      : length < 2 ** 16
        ? Buffer.from([first, mask | LONG, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, mask | LONGER, 0, 0, 0, 0]), u32(length)]);
  if (!masked) return Buffer.concat([head, payload]);
  return Buffer.concat([head, MASK, payload.map((byte, at) => byte ^ (MASK[at % 4] ?? 0))]);
}

export function textFrame(text: string): Buffer {
  return frameBytes({ opcode: opcodes.text, payload: Buffer.from(text) });
}

/** A close frame; without a code its payload is empty. */
export function closeFrame(code?: number, reason: Uint8Array = new Uint8Array()): Buffer {
  const payload =
    code === undefined ? new Uint8Array() : Buffer.concat([Buffer.from([code >> 8, code & 0xff]), reason]);
  return frameBytes({ opcode: opcodes.close, payload });
}

/** The request for a WebSocket. */
export function handshake(url: string): string {
  return (
    `GET /connection/websocket HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: Upgrade\r\n` +
    'Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
  );
}

function connectTo(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export class ByteWebSocket {
  readonly socket: Socket;
  /** Texts of the messages that have come, in order. */
  readonly texts: string[] = [];
  /** Payloads of pongs that have come. */
  readonly pongs: string[] = [];
  /** The code of the server's close frame (1005 for one without), 1006 when the connection just ended. */
  readonly closed: Promise<number>;
  #rest = Buffer.alloc(0);
  #code: number | null = null;
  #hear: (text: string) => void = () => {};

  private constructor(socket: Socket, head: Buffer) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve(this.#code ?? 1006));
    });
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#take(head);
  }

  /**
   * Throws on any other answer than 101. `atEnd` remembers the socket until the test ends, whatever becomes of it;
   * `by` makes one that reads in its own way.
   */
  static open(
    url: string,
    { atEnd = onTestFinished, by = connectTo }: { atEnd?: AtEnd; by?: (url: string) => Socket } = {},
  ): Promise<ByteWebSocket> {
    const socket = by(url);
    atEnd(async () => void socket.destroy());
    socket.on('error', () => {});
    socket.write(handshake(url));
    const { promise, resolve, reject } = Promise.withResolvers<ByteWebSocket>();
    let head = Buffer.alloc(0);
    const read = (bytes: Buffer) => {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', read);
      const status = head.subarray(0, end).toString();
      if (status.startsWith('HTTP/1.1 101 ')) resolve(new ByteWebSocket(socket, head.subarray(end + 4)));
      else reject(new Error(status));
    };
    socket.on('data', read).once('close', () => reject(new Error('closed in the handshake')));
    return within(DEADLINE_MS, 'the handshake', promise);
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  say(text: string): void {
    this.send(textFrame(text));
  }

  /** Calls `hear` for each text that comes from now on. */
  onText(hear: (text: string) => void): void {
    this.#hear = hear;
  }

  end(): Promise<number> {
    return within(DEADLINE_MS, 'the end of a connection', this.closed, () => this.texts.slice(-3).join('\n'));
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const frame = firstFrame(this.#rest);
      if (frame === null) return;
      this.#rest = this.#rest.subarray(frame.length);
      this.#heard(frame.opcode, frame.payload);
    }
  }

  #heard(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) {
      const text = payload.toString();
      this.texts.push(text);
      this.#hear(text);
    } else if (opcode === opcodes.ping) this.send(frameBytes({ opcode: opcodes.pong, payload }));
    else if (opcode === opcodes.pong) this.pongs.push(payload.toString());
    else if (opcode === opcodes.close) {
      this.#code = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
      // Answered, so that the server closes in order.
      this.socket.end(closeFrame(this.#code === 1005 ? undefined : this.#code));
    } else throw new Error(`a server sends no frame of opcode ${opcode}`);
  }
}

/** Servers send whole messages without masks. Null while it has not come whole. */
function firstFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 2) return null;
  if ((first & 0xf0) !== 0x80 || second > LONGER) throw new Error(`no frame of a server: ${first} ${second}`);
  const head = second < LONG ? 2 : second === LONG ? 4 : 10;
  if (bytes.length < head) return null;
  const size =
    second < LONG ? second : second === LONG ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + size) return null;
  return { opcode: first & 0x0f, payload: bytes.subarray(head, head + size), length: head + size };
}
