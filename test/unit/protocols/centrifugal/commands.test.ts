import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommands } from '../../../../src/protocols/wire/centrifugal/commands.ts';

const one = (command: unknown) => readCommands(JSON.stringify(command))?.[0];

describe('commands', () => {
  it('are read line by line, in any order of keys, with unknown fields passed over', () => {
    const text =
      '{"id":1,"connect":{"token":"t","name":"js","x":1}}\n\n{"subscribe":{"flag":1,"channel":"a"},"id":2,"y":3}\n';
    expect(readCommands(text)).toMatchObject([
      { method: 'connect', id: 1, params: { token: 't' } },
      { method: 'subscribe', id: 2, params: { channel: 'a', flag: 1 } },
    ]);
  });

  it('without an id are a pong or a send, and nothing else', () => {
    expect(readCommands('{}')).toEqual([{ method: 'pong' }]);
    expect(one({ id: 0 })).toEqual({ method: 'pong' });
    expect(one({ send: { data: 1 } })).toEqual({ method: 'send' });
    expect(one({ connect: {} })).toBeUndefined();
  });

  it.each([
    ['an unknown method', { dance: {} }, 'methodNotFound'],
    ['rpc', { rpc: {} }, 'methodNotFound'],
    ['publish', { publish: {} }, 'notAvailable'],
    ['presence', { presence: {} }, 'notAvailable'],
    ['a subscribe without channel', { subscribe: {} }, 'badRequest'],
    ['a subscribe with a filter', { subscribe: { channel: 'a', tf: {} } }, 'badRequest'],
    ['an offset that is none', { subscribe: { channel: 'a', offset: -1 } }, 'badRequest'],
    ['an offset beyond 2^53', { subscribe: { channel: 'a', offset: 2 ** 53 } }, 'badRequest'],
    ['a refresh without token', { refresh: {} }, 'badRequest'],
  ])('that can be named and not obeyed are refused: %s', (_what, command, error) => {
    expect(one({ ...command, id: 7 })).toEqual({ method: 'refused', id: 7, error });
  });

  it.each([
    '',
    '\n',
    'x',
    '[]',
    '1',
    'null',
    '"a"',
    '{"id":"1","connect":{}}',
    '{"id":1.5,"connect":{}}',
    '{"id":-1,"connect":{}}',
    '{} x',
  ])('that can not be told apart condemn the message: %j', (text) => {
    expect(readCommands(text)).toBeNull();
  });

  it('are read from anything without a throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((value) => JSON.stringify({ id: 1, ...value })),
        ),
        (text) => {
          const read = readCommands(text);
          expect(read === null || read.length > 0).toBe(true);
        },
      ),
    );
  });
});
