/**
 * A run's stream as publications of the Centrifugal protocol, in whatever format. The channel carries estimates and
 * nothing else; what is said of the run goes beside it, as a message to the connection, so that a client may take
 * every publication for an estimate. A second snapshot can't be told in this protocol: the client is sent to subscribe
 * anew and gets it as the answer.
 */
import { supervisionChannel } from '../../channels.ts';
import { withSkipped } from '../estimate.ts';
import { farewells } from '../farewell.ts';
import type { FrameCodec, Opening } from '../frame-codec.ts';
import { type Message, type Publication, refusal, type Subscribed, subscribed } from './messages.ts';

/** One message as the bytes that one format puts on the wire for it. */
export type Encode = (message: Message) => Uint8Array;

/** What one format brings along. */
export interface Format {
  readonly encode: Encode;
  readonly ping: Uint8Array;
  /** First bytes of a connection, null for none. */
  readonly hello: Uint8Array | null;
}

export function centrifugalCodec({ encode, ping, hello }: Format): FrameCodec {
  const publish = (channel: string, publication: Publication) =>
    encode({ push: 'publication', channel, publication });
  return {
    hello: () => hello,
    ping: () => ping,
    estimate: (channel, { offset }, data) => publish(channel, { data, offset }),
    conflated: (channel, { offset }, estimate, skipped) =>
      publish(channel, { data: withSkipped(estimate, skipped), offset }),
    snapshot(opening, { epoch, offset }, reason, estimate) {
      const publications = estimate === null ? [] : [{ data: estimate, offset }];
      const data = { recovered: false, reason };
      return encode(reply(opening, { epoch, offset, recovered: false, data }, publications));
    },
    insteadOfSnapshot({ channel, command }, begun) {
      if (begun) return encode({ push: 'unsubscribe', channel, why: 'insufficientState' });
      return command?.strict && command.recovering
        ? encode(refusal(command.id, 'unrecoverablePosition'))
        : null;
    },
    recovered: (opening, { epoch, offset }, change, missed) =>
      encode(
        reply(
          opening,
          { epoch, offset, recovered: true, data: change },
          missed.map((row) => ({ data: row.estimate, offset: row.offset })),
        ),
      ),
    state: (change) => encode({ push: 'message', data: change }),
    bye: (why) => encode({ push: 'disconnect', ...farewells[why] }),
    supervision: (_type, data) => publish(supervisionChannel, { data, offset: null }),
  };
}

type Answer = Pick<Subscribed, 'epoch' | 'offset' | 'recovered' | 'data'>;

function reply({ command }: Opening, answer: Answer, publications: readonly Publication[]): Message {
  if (command === null) throw new Error('a subscription of this protocol begins with a command');
  return { id: command.id, reply: 'subscribe', result: subscribed(command, answer), publications };
}
