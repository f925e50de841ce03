/**
 * A run's stream over WebSocket, as publications of the Centrifugal protocol in JSON. The channel carries estimates and
 * nothing else; what is said of the run goes beside it, as a message to the connection, so that a client may take
 * every publication for an estimate. A second snapshot can't be told in this protocol: the client is sent to subscribe
 * anew and gets it as the answer.
 */
import { withSkipped } from '../estimate.ts';
import { farewells } from '../farewell.ts';
import type { FrameCodec, Opening } from '../frame-codec.ts';
import { textFrame } from '../text-frame.ts';
import {
  disconnectPush,
  errorReply,
  messagePush,
  type Publication,
  publicationPush,
  type Subscribed,
  subscribed,
  subscribedReply,
  unsubscribePush,
} from './frames.ts';

export const supervisionChannel = 'supervision';

const ping = textFrame('{}');

export const centrifugeJsonCodec: FrameCodec = {
  hello: () => null,
  ping: () => ping,
  estimate: (channel, { offset }, data) => textFrame(publicationPush(channel, { data, offset })),
  conflated: (channel, { offset }, estimate, skipped) =>
    textFrame(publicationPush(channel, { data: withSkipped(estimate, skipped), offset })),
  snapshot(opening, { epoch, offset }, reason, estimate) {
    const publications = estimate === null ? [] : [{ data: estimate, offset }];
    const data = { recovered: false, reason };
    return reply(opening, { epoch, offset, recovered: false, data }, publications);
  },
  insteadOfSnapshot({ channel, command }, begun) {
    if (begun) return textFrame(unsubscribePush(channel, 'insufficientState'));
    return command?.strict && command.recovering
      ? textFrame(errorReply(command.id, 'unrecoverablePosition'))
      : null;
  },
  recovered: (opening, { epoch, offset }, change, missed) =>
    reply(
      opening,
      { epoch, offset, recovered: true, data: change },
      missed.map((row) => ({ data: row.estimate, offset: row.offset })),
    ),
  state: (change) => textFrame(messagePush(change)),
  bye(why) {
    const { code, reason } = farewells[why];
    return textFrame(disconnectPush(code, reason));
  },
  supervision: (_type, data) => textFrame(publicationPush(supervisionChannel, { data, offset: null })),
};

type Answer = Pick<Subscribed, 'epoch' | 'offset' | 'recovered' | 'data'>;

function reply({ command }: Opening, answer: Answer, publications: readonly Publication[]): Uint8Array {
  if (command === null) throw new Error('a subscription over WebSocket begins with a command');
  return textFrame(subscribedReply(command.id, subscribed(command, answer), publications));
}
