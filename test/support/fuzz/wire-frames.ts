/**
 * What may be sent down one WebSocket, by what has to come of it: frames after which a connection lives on and each
 * command is answered, and frames that end it, with the code they end it by.
 */
import fc from 'fast-check';
import { closeFrame, frameBytes, opcodes } from '../web-socket-bytes.ts';
import { type Verdict, verdictsOf } from './command-oracle.ts';
import { messageText } from './command-texts.ts';

export interface LivingFrame {
  readonly bytes: Uint8Array;
  readonly verdicts: readonly Verdict[];
}

export interface FatalFrame {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly code: number;
}

const BAD_REQUEST = 3501;
const INVALID_TOKEN = 3500;
const BROKEN_PROTOCOL = 1002;
const BROKEN_TEXT = 1007;
const TOO_BIG = 1009;

/** A message in frames, cut at any bytes. */
function framesOf(text: string, cuts: readonly number[]): Buffer {
  const payload = Buffer.from(text);
  const places = [...new Set(cuts.map((cut) => cut % (payload.length + 1)))].toSorted((a, b) => a - b);
  const pieces = [0, ...places].map((from, at) => payload.subarray(from, places[at] ?? payload.length));
  return Buffer.concat(
    pieces.map((piece, at) =>
      frameBytes({
        opcode: at === 0 ? opcodes.text : opcodes.continuation,
        payload: piece,
        fin: at === pieces.length - 1,
      }),
    ),
  );
}

const cuts = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.nat(400), { maxLength: 3 }) },
);

const small = fc.uint8Array({ maxLength: 125 });

/** Tokens are looked at in the background, so what else comes meanwhile is left to chance: they stand apart. */
function showsToken(verdict: Verdict): boolean {
  if (verdict.kind !== 'obey') return false;
  const { token = '' } = verdict.params;
  return token !== '' || /refresh/.test(verdict.method);
}

const connects = (verdict: Verdict) => verdict.kind === 'obey' && verdict.method === 'connect';

const messages = fc.tuple(messageText, cuts).map(([text, places]) => ({
  // What can't be written in UTF-8 is replaced before it is sent.
  verdicts: verdictsOf(Buffer.from(text).toString()),
  bytes: framesOf(text, places),
}));

/** A client that has been let in may send these as long as it likes. */
export const livingFrame: fc.Arbitrary<LivingFrame> = fc.oneof(
  {
    weight: 20,
    arbitrary: messages
      .map(({ verdicts, bytes }) => ({ verdicts: verdicts ?? [], bytes }))
      .filter(
        ({ verdicts }) => verdicts.length > 0 && !verdicts.some((one) => showsToken(one) || connects(one)),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(opcodes.ping, opcodes.pong), small).map(([opcode, payload]) => ({
      bytes: frameBytes({ opcode, payload }),
      verdicts: [],
    })),
  },
);

const fatal = (what: string, code: number, bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<FatalFrame> =>
  bytes.map((sent) => ({ what, code, bytes: sent }));

const unheardOf = fc.constantFrom(3, 4, 5, 6, 7, 11, 12, 13, 14, 15);
const brokenText = fc.constantFrom(
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x82],
);
const { binary, text, close, ping, continuation } = opcodes;
const payloads = fc.uint8Array({ maxLength: 300 });

export const fatalFrame: fc.Arbitrary<FatalFrame> = fc.oneof(
  {
    weight: 8,
    arbitrary: messages
      .filter(
        ({ verdicts }) => verdicts === null || verdicts.every((one) => connects(one) && !showsToken(one)),
      )
      .map(({ bytes }) => ({ what: 'a message of nothing, or a second connect', code: BAD_REQUEST, bytes })),
  },
  fatal(
    'bytes',
    BAD_REQUEST,
    payloads.map((payload) => frameBytes({ opcode: binary, payload })),
  ),
  fatal(
    'a forged token',
    INVALID_TOKEN,
    fc
      .constantFrom(
        '{"refresh":{"token":"forged"},"id":1}',
        '{"refresh":{"token":""},"id":1}',
        '{"subscribe":{"channel":"machin","token":"forged"},"id":1}',
      )
      .map((said) => framesOf(said, [])),
  ),
  fatal(
    'text that is no UTF-8',
    BROKEN_TEXT,
    fc
      .tuple(fc.string({ maxLength: 40 }), brokenText)
      .map(([before, bad]) =>
        frameBytes({ opcode: text, payload: Buffer.concat([Buffer.from(before), Buffer.from(bad)]) }),
      ),
  ),
  fatal(
    'a message over the limit',
    TOO_BIG,
    fc
      .integer({ min: 16_385, max: 200_000 })
      .map((size) => frameBytes({ opcode: text, payload: Buffer.alloc(size, 32) })),
  ),
  fatal(
    'fragments over the limit',
    TOO_BIG,
    fc.constant(
      Buffer.concat([
        frameBytes({ opcode: text, payload: Buffer.alloc(16_000, 32), fin: false }),
        frameBytes({ opcode: continuation, payload: Buffer.alloc(16_000, 32) }),
      ]),
    ),
  ),
  fatal(
    'a reserved bit',
    BROKEN_PROTOCOL,
    fc
      .tuple(fc.integer({ min: 1, max: 7 }), payloads)
      .map(([reserved, payload]) => frameBytes({ opcode: text, payload, reserved })),
  ),
  fatal(
    'an opcode nobody knows',
    BROKEN_PROTOCOL,
    fc.tuple(unheardOf, small).map(([opcode, payload]) => frameBytes({ opcode, payload })),
  ),
  fatal(
    'a frame without a mask',
    BROKEN_PROTOCOL,
    payloads.map((payload) => frameBytes({ opcode: text, payload, masked: false })),
  ),
  fatal(
    'the rest of no message',
    BROKEN_PROTOCOL,
    payloads.map((payload) => frameBytes({ opcode: continuation, payload })),
  ),
  fatal(
    'a ping in parts',
    BROKEN_PROTOCOL,
    small.map((payload) => frameBytes({ opcode: ping, payload, fin: false })),
  ),
  fatal(
    'a ping too long',
    BROKEN_PROTOCOL,
    fc.uint8Array({ minLength: 126, maxLength: 300 }).map((payload) => frameBytes({ opcode: ping, payload })),
  ),
  fatal(
    'a close of no code',
    BROKEN_PROTOCOL,
    fc.constantFrom(0, 999, 1004, 1005, 1006, 1015, 2999).map((code) => closeFrame(code)),
  ),
  fatal(
    'half a close code',
    BROKEN_PROTOCOL,
    fc.constant(frameBytes({ opcode: close, payload: Buffer.from([3]) })),
  ),
  fatal(
    'a close whose reason is no text',
    BROKEN_TEXT,
    brokenText.map((bad) => closeFrame(1000, Buffer.from(bad))),
  ),
  fatal('a goodbye', 1000, fc.constant(closeFrame(1000))),
);
