/** A session's own words to a client that gives commands. */
import type { Message } from '../../protocols/wire/centrifugal/messages.ts';
import { encoderOf } from '../../protocols/wire/codecs.ts';
import type { Data } from './session-data.ts';

export function say({ connection }: Pick<Data, 'connection'>, message: Message): void {
  const encode = encoderOf(connection.format);
  if (encode === null) throw new Error('a client that only listens is not answered');
  connection.write(encode(message));
}
