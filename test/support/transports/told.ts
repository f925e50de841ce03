/** What a server of the Centrifugal protocol tells, read from either of its formats, with an estimate's text to the letter. */
import { elementsOf, membersOf } from '../json-text.ts';
import { jsonOf, stockCodec } from '../stock-codec.ts';

export interface Published {
  readonly offset: number;
  readonly data: string;
}

export type Told =
  | { readonly kind: 'ping' }
  /** `session` is what a client shows that speaks beside its stream. */
  | { readonly kind: 'connected'; readonly session: string }
  | { readonly kind: 'error'; readonly code: number }
  | {
      readonly kind: 'subscribed';
      readonly epoch: string;
      readonly offset: number;
      readonly recovered: boolean;
      /** JSON text. */
      readonly data: string;
      readonly publications: readonly Published[];
    }
  | ({ readonly kind: 'published' } & Published)
  /** `data` is JSON text. */
  | { readonly kind: 'message'; readonly data: string }
  | { readonly kind: 'unsubscribed' | 'disconnected'; readonly code: number };

/** From one line of JSON. */
export function toldInJson(line: string): Told {
  const said = membersOf(line);
  const [connect, error, subscribe, push] = ['connect', 'error', 'subscribe', 'push'].map((name) =>
    said.get(name),
  );
  if (said.size === 0) return { kind: 'ping' };
  if (error !== undefined) return { kind: 'error', code: numberIn(error, 'code') };
  if (connect !== undefined) return { kind: 'connected', session: JSON.parse(connect).session ?? '' };
  if (subscribe !== undefined) {
    const { epoch, offset, recovered = false } = JSON.parse(subscribe);
    const members = membersOf(subscribe);
    const publications = elementsOf(members.get('publications') ?? '[]').map(publishedIn);
    return { kind: 'subscribed', epoch, offset, recovered, data: members.get('data') ?? '', publications };
  }
  if (push !== undefined) return pushed(membersOf(push));
  throw new Error(`told nothing: ${line}`);
}

function pushed(push: ReadonlyMap<string, string>): Told {
  const [pub, message, unsubscribe, disconnect] = ['pub', 'message', 'unsubscribe', 'disconnect'].map(
    (name) => push.get(name),
  );
  if (pub !== undefined) return { kind: 'published', ...publishedIn(pub) };
  if (message !== undefined) return { kind: 'message', data: membersOf(message).get('data') ?? '' };
  if (unsubscribe !== undefined) return { kind: 'unsubscribed', code: numberIn(unsubscribe, 'code') };
  return { kind: 'disconnected', code: numberIn(disconnect ?? '{}', 'code') };
}

function publishedIn(text: string): Published {
  return { offset: numberIn(text, 'offset'), data: membersOf(text).get('data') ?? '' };
}

function numberIn(text: string, name: string): number {
  return Number(membersOf(text).get(name));
}

/** From the messages of one frame, by the decoder that the stock client brings along. */
export function toldInProtobuf(bytes: Uint8Array): readonly Told[] {
  return stockCodec.decodeReplies(bytes).map((reply) => toldInJson(jsonOf(reply)));
}
