/** What was said held against the AsyncAPI document as it is served: it has to be one of its channel's messages. */
import Schema from 'typebox/schema';
import { at, child, isRecord } from './json-walk.ts';

export class DescribedMessages {
  readonly #document: unknown;
  /** The messages that have been seen, as `<channel>.<message>`. */
  readonly seen = new Set<string>();

  constructor(document: unknown) {
    this.#document = document;
  }

  /** Throws where `value` is none of the channel's messages, or not the one called `name`. */
  hold(channel: string, value: unknown, name: string | null = null): void {
    const messages = child(this.#document, 'channels', channel, 'messages');
    if (!isRecord(messages)) throw new Error(`there is no channel ${channel}`);
    const fitting = Object.entries(messages)
      .filter(([called]) => name === null || called === name)
      .filter(([, message]) => this.#fits(message, value));
    if (fitting.length === 0)
      throw new Error(`no ${name ?? 'message'} of ${channel}: ${JSON.stringify(value)}`);
    for (const [called] of fitting) this.seen.add(`${channel}.${called}`);
  }

  /** Messages that the server says there and that have not been seen. */
  unseen(channel: string): readonly string[] {
    const operations = child(this.#document, 'operations');
    if (!isRecord(operations)) throw new Error('there are no operations');
    const said = Object.values(operations).flatMap((operation) => {
      const part = child(operation, 'action') === 'send' ? operation : child(operation, 'reply');
      const messages = child(part, 'messages');
      return Array.isArray(messages) ? messages.map((message) => String(child(message, '$ref'))) : [];
    });
    const here = `#/channels/${channel}/messages/`;
    return said
      .filter((reference) => reference.startsWith(here))
      .map((reference) => reference.slice(here.length))
      .filter((name) => !this.seen.has(`${channel}.${name}`));
  }

  #fits(message: unknown, value: unknown): boolean {
    const payload = child(at(this.#document, String(child(message, '$ref'))), 'payload');
    if (!isRecord(payload)) throw new Error('a message has no payload');
    return Schema.Check({ ...payload, components: child(this.#document, 'components') }, value);
  }
}
