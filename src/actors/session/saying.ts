/** A session's own words to a client that gives commands. */
import { textFrame } from '../../protocols/wire/text-frame.ts';
import type { Data } from './session-data.ts';

export function say({ connection }: Pick<Data, 'connection'>, text: string): void {
  connection.write(textFrame(text));
}
