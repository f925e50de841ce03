/** The AsyncAPI document: the table of channels in the form of the standard, from the server's point of view. */
import { type Channel, channels, commands, webSocket } from './asyncapi-channels.ts';
import type { Message } from './event-streams.ts';
import { information } from './information.ts';
import { type Json, References } from './references.ts';

const description = `What Zeno says as it happens, from the server’s point of view: it sends estimates and receives
commands. Over the WebSocket it speaks the Centrifugal client protocol v2, so that the stock clients of Centrifugo work;
the channels of that protocol are described here as channels of their own. A stream of Server-Sent Events needs no more
than an EventSource. Requests and answers over HTTP are described by /openapi.json.`;

const server = {
  host: '{address}',
  variables: { address: { default: '127.0.0.1:8080', description: 'where the node is reached' } },
};
const servers = {
  webSocket: { ...server, protocol: 'ws', description: 'wss behind a proxy that ends TLS.' },
  http: { ...server, protocol: 'http', description: 'https behind a proxy that ends TLS.' },
};

/** A plain object, to be written as JSON. */
export function asyncApi(): { readonly [key: string]: Json } {
  const references = new References('items');
  const all = { webSocket: everythingOver(webSocket), ...channels };
  const messages: Record<string, Json> = {};
  const described: Record<string, Json> = {};
  for (const [name, channel] of Object.entries(all)) {
    described[name] = channelOf(name, channel);
    for (const [message, { summary, payload }] of Object.entries(channel.sent)) {
      messages[messageId(name, message)] = { name: message, summary, payload: references.to(payload) };
    }
  }
  return {
    asyncapi: '3.0.0',
    info: { ...information, description },
    defaultContentType: 'application/json',
    servers,
    channels: described,
    operations: { ...sending(), ...obeying() },
    components: { messages, schemas: Object.fromEntries(references.schemas) },
  };
}

/** The WebSocket with all that goes over it, both ways. */
function everythingOver(channel: Channel): Channel {
  const said: Record<string, Message> = { ...channel.sent };
  for (const { name, summary, payload, replies } of commands) {
    said[name] = { summary, payload };
    Object.assign(said, replies);
  }
  return { ...channel, sent: said };
}

function channelOf(name: string, channel: Channel): Json {
  const { address, title, description, server: by, parameters, sent } = channel;
  const messages = Object.keys(sent).map((message) => {
    return [message, { $ref: `#/components/messages/${messageId(name, message)}` }] as const;
  });
  const named = Object.entries(parameters ?? {}).map(([parameter, words]) => [
    parameter,
    { description: words },
  ]);
  return {
    address,
    title,
    description,
    servers: [{ $ref: `#/servers/${by}` }],
    messages: Object.fromEntries(messages),
    ...(parameters && { parameters: Object.fromEntries(named) }),
    ...(name === 'webSocket' && { bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } } }),
  };
}

/** One operation for each channel: what the server says there unasked. */
function sending(): Record<string, Json> {
  const told = Object.entries({ webSocket, ...channels }).map(([name, { title, server: by, sent }]) => {
    const operation = {
      action: 'send',
      title,
      channel: { $ref: `#/channels/${name}` },
      messages: references(name, Object.keys(sent)),
      ...(by === 'http' && { bindings: { http: { method: 'GET', bindingVersion: '0.3.0' } } }),
    };
    return [`send${upper(name)}`, operation] as const;
  });
  return Object.fromEntries(told);
}

/** One for each command, with what may answer it. */
function obeying(): Record<string, Json> {
  const told = commands.map(({ name, summary, replies }) => {
    const channel = { $ref: '#/channels/webSocket' };
    const reply = { channel, messages: references('webSocket', Object.keys(replies)) };
    const operation = {
      action: 'receive',
      summary,
      channel,
      messages: references('webSocket', [name]),
      reply,
    };
    return [`receive${upper(name)}`, operation] as const;
  });
  return Object.fromEntries(told);
}

function references(channel: string, messages: readonly string[]): Json {
  return messages.map((message) => ({ $ref: `#/channels/${channel}/messages/${message}` }));
}

function messageId(channel: string, message: string): string {
  return `${channel}.${message}`;
}

function upper(name: string): string {
  return name
    .split('_')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('');
}
