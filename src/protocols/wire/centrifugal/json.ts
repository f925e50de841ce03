/** Messages of the Centrifugal protocol as JSON text, one object each. */
import { errors, unsubscribes } from './codes.ts';
import type { Message, Publication, Push, Reply } from './messages.ts';

export const pingText = '{}';

export function messageText(message: Message): string {
  return 'push' in message ? `{"push":${pushText(message)}}` : replyText(message);
}

function replyText(reply: Reply): string {
  return `{"id":${reply.id},"${reply.reply}":${resultText(reply)}}`;
}

function resultText(reply: Reply): string {
  switch (reply.reply) {
    case 'subscribe':
    case 'history':
      return withPublications(reply.result, reply.publications);
    case 'unsubscribe':
    case 'ping':
      return '{}';
    case 'error':
      return JSON.stringify(errors[reply.error]);
    default:
      return JSON.stringify(reply.result);
  }
}

function pushText(push: Push): string {
  switch (push.push) {
    case 'publication':
      return `{"channel":${JSON.stringify(push.channel)},"pub":${publicationText(push.publication)}}`;
    case 'unsubscribe':
      return JSON.stringify({ channel: push.channel, unsubscribe: unsubscribes[push.why] });
    case 'message':
      return JSON.stringify({ message: { data: push.data } });
    case 'disconnect':
      return JSON.stringify({ disconnect: { code: push.code, reason: push.reason } });
  }
}

/** A result with publications as its last field. */
function withPublications(result: object, publications: readonly Publication[]): string {
  const list = publications.map(publicationText).join(',');
  return `${JSON.stringify(result).slice(0, -1)},"publications":[${list}]}`;
}

function publicationText({ data, offset }: Publication): string {
  return offset === null ? `{"data":${data}}` : `{"data":${data},"offset":${offset}}`;
}
