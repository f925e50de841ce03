/**
 * The log: one JSON object a line on stderr, so that stdout has the one line a person or a script waits for (the
 * link to the page, with the token in its fragment) and nothing else. Secrets are cut out wherever they may stand.
 */
import { type DestinationStream, destination, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

const secrets = ['authorization', 'cookie', '["set-cookie"]', 'token', 'adminToken', 'bearer'];

/** `node` names this process in every line; `sink` is another place to write than stderr. */
export function createLogger(level: string, node: string, sink: DestinationStream = destination(2)): Logger {
  return pino(
    {
      level,
      base: { node },
      redact: { paths: secrets.flatMap(atEveryDepth), censor: '[secret]' },
    },
    sink,
  );
}

/** pino looks for paths, not names: a header may be logged alone, in `headers`, or in a request. */
function atEveryDepth(name: string): string[] {
  const tail = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${tail}`, `*.*${tail}`];
}
