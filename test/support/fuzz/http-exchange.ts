/** Bytes sent to a server over a connection of their own, and the answer that came, as far as it is needed to judge it. */
import { connect } from 'node:net';
import { within } from '../eventually.ts';

export interface Exchange {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Empty for a stream and for a WebSocket, which are left as soon as they begin. */
  readonly body: string;
}

const streams = /^(text\/event-stream|application\/x-ndjson|application\/octet-stream)/;
const DEADLINE_MS = 10_000;

/** `bodiless` where no body may come, whatever the headers say of it: in answer to HEAD. */
export function exchange(url: string, sent: Uint8Array, bodiless: boolean): Promise<Exchange> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Exchange>();
  const socket = connect(Number(port), hostname);
  let text = '';
  const answer = (whole: boolean) => {
    const read = readAnswer(text, whole, bodiless);
    if (read !== null) resolve(read);
    else if (whole) reject(new Error(`no answer: ${text.slice(0, 300)}`));
    if (read !== null) socket.destroy();
  };
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
    answer(false);
  });
  // A reset after an answer to a body that was not read is an end like any other.
  socket.on('error', () => {}).once('close', () => answer(true));
  socket.write(sent);
  return within(DEADLINE_MS, 'an answer', promise, () => text.slice(0, 500)).finally(() => socket.destroy());
}

function readAnswer(text: string, whole: boolean, bodiless: boolean): Exchange | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${first} `)?.[1]);
  const rest = text.slice(end + 4);
  if (status === 100) return readAnswer(rest, whole, bodiless);
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const lasts = status === 101 || streams.test(headers.get('content-type') ?? '');
  if (lasts || bodiless || status === 204 || status === 304) return { status, headers, body: '' };
  const length = headers.get('content-length');
  if (!whole && (length === undefined || rest.length < Number(length))) return null;
  return { status, headers, body: rest };
}
