/** The reader of commands under 90,000 messages, right, wrong and mutilated, held against the rules written down apart. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errors } from '../../../../src/protocols/wire/centrifugal/codes.ts';
import { type Command, readCommands } from '../../../../src/protocols/wire/centrifugal/commands.ts';
import { type Verdict, verdictsOf } from '../../../support/fuzz/command-oracle.ts';
import { messageText } from '../../../support/fuzz/command-texts.ts';

const MESSAGES = 90_000;

function asVerdict(command: Command): Verdict {
  switch (command.method) {
    case 'pong':
    case 'send':
      return { kind: command.method };
    case 'refused':
      return { kind: 'refuse', id: command.id, code: errors[command.error].code };
    default: {
      const { id, method } = command;
      return { kind: 'obey', id, method, params: { ...command.params } };
    }
  }
}

it(`reads any of ${MESSAGES} messages as the rules have it, and never throws`, { timeout: 60_000 }, () => {
  const kinds = new Map<string, number>();
  const count = (kind: string) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  fc.assert(
    fc.property(messageText, (text) => {
      const read = readCommands(text)?.map(asVerdict) ?? null;
      const wanted = verdictsOf(text);
      if (JSON.stringify(read) !== JSON.stringify(wanted)) expect(read).toEqual(wanted);
      for (const verdict of wanted ?? []) count(verdict.kind);
      if (wanted === null) count('condemned');
    }),
    { numRuns: MESSAGES },
  );
  // A fuzzer that only ever says the same proves nothing.
  for (const kind of ['obey', 'refuse', 'pong', 'send', 'condemned'])
    expect(kinds.get(kind), kind).toBeGreaterThan(MESSAGES / 1_000);
});
