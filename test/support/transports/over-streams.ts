/** The Centrifugal protocol over a stream, beside which the client posts what it says: streamed HTTP in both formats, and SSE. */
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { ask } from '../http-client.ts';
import { stockCodec } from '../stock-codec.ts';
import { connectCommand, Dialogue, type Wire } from './dialogue.ts';
import { withBytes } from './over-web-socket.ts';
import { type Told, toldInJson, toldInProtobuf } from './told.ts';
import { type TransportClient, TurnedAway } from './transport-client.ts';

interface Framing {
  readonly method: string;
  readonly path: string;
  readonly body: string | Uint8Array;
  readonly type: string;
  /** Whole messages at the front of `bytes`, and what is left. */
  read(bytes: Buffer): { readonly told: readonly Told[]; readonly rest: Buffer };
  post(command: object, session: string): string | Uint8Array;
}

const jsonType = 'application/json';
const connectLine = JSON.stringify(connectCommand);
const postLine = (command: object, session: string) =>
  JSON.stringify({ session, data: JSON.stringify(command) });

/** Each message ends with `end`; what stands before it is handed to `read`, unless it is blank. */
function upTo(end: string, read: (message: string) => readonly Told[]): Framing['read'] {
  return (bytes) => {
    const at = bytes.lastIndexOf(end);
    if (at < 0) return { told: [], rest: bytes };
    const messages = bytes.subarray(0, at).toString().split(end);
    return {
      told: messages.filter((message) => message.trim() !== '').flatMap(read),
      rest: bytes.subarray(at + end.length),
    };
  };
}

const jsonLines: Framing = {
  method: 'POST',
  path: '/connection/http_stream',
  body: connectLine,
  type: jsonType,
  read: upTo('\n', (line) => [toldInJson(line)]),
  post: postLine,
};

const events: Framing = {
  method: 'GET',
  path: `/connection/sse?cf_connect=${encodeURIComponent(connectLine)}`,
  body: '',
  type: jsonType,
  read: upTo('\n\n', (event) =>
    event
      .trim()
      .split('\n')
      .map((line) => toldInJson(line.replace(/^data: /, ''))),
  ),
  post: postLine,
};

const protobuf: Framing = {
  method: 'POST',
  path: '/connection/http_stream',
  body: stockCodec.encodeCommands([connectCommand]),
  type: 'application/octet-stream',
  read(bytes) {
    const whole = wholeMessages(bytes);
    return { told: whole === 0 ? [] : toldInProtobuf(bytes.subarray(0, whole)), rest: bytes.subarray(whole) };
  },
  post: (command, session) =>
    stockCodec.encodeEmulationRequest({
      session,
      node: '',
      data: stockCodec.encodeCommands([withBytes(command)]),
    }),
};

/** How many bytes at the front are messages that have come whole, each after its length. */
function wholeMessages(bytes: Buffer): number {
  let whole = 0;
  for (;;) {
    let [length, shift, at] = [0, 0, whole];
    while ((bytes[at] ?? 0) >= 0x80) {
      length += ((bytes[at] ?? 0) & 0x7f) * 2 ** shift;
      shift += 7;
      at += 1;
    }
    length += (bytes[at] ?? 0) * 2 ** shift;
    const end = at + 1 + length;
    if (at >= bytes.length || end > bytes.length) return whole;
    whole = end;
  }
}

function open(
  url: string,
  { method, path, body, type }: Framing,
  from: string | undefined,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = body === '' ? {} : { 'content-type': type };
  const options = { method, headers, agent: false, ...(from !== undefined && { localAddress: from }) };
  const asked = request(`${url}${path}`, options, resolve).on('error', reject);
  onTestFinished(() => void asked.destroy());
  asked.end(body);
  return promise;
}

async function begin(url: string, framing: Framing, from: string | undefined): Promise<Wire> {
  const response = await open(url, framing, from);
  if (response.statusCode !== 200) throw new TurnedAway(response.statusCode ?? 0, await text(response));
  let posting: Promise<unknown> = Promise.resolve();
  return {
    say(command, session) {
      const body = framing.post(command, session);
      // One after the other: posts may overtake each other.
      posting = posting
        .then(() =>
          ask(`${url}/emulation`, { method: 'POST', body, headers: { 'content-type': framing.type } }),
        )
        .catch(() => {});
    },
    onTold(hear) {
      let rest = Buffer.alloc(0);
      response.on('data', (bytes: Buffer) => {
        const read = framing.read(Buffer.concat([rest, bytes]));
        rest = Buffer.from(read.rest);
        read.told.forEach(hear);
      });
    },
    closed: new Promise((ended) => {
      response.on('error', () => {}).once('close', () => ended(null));
    }),
    stall: () => void response.pause(),
    drain: () => void response.resume(),
    leave: () => void response.destroy(),
  };
}

function client(transport: string, framing: Framing): TransportClient {
  return {
    transport,
    watch: async (url, run, wish = {}) => new Dialogue(await begin(url, framing, wish.from), run, wish),
  };
}

export const httpStreamJson = client('http_stream', jsonLines);
export const httpStreamProtobuf = client('http_stream in Protobuf', protobuf);
export const centrifugalSse = client('Centrifugal SSE', events);
