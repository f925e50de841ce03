/**
 * The log: one JSON object a line on stderr, so that stdout has the one line a person or a script waits for (the
 * link to the page, with the token in its fragment) and nothing else. Secrets are cut out wherever they may stand: what
 * goes by a secret's name as a whole, and then, in the finished line, whatever looks like one, because an address or an
 * error's text may hold one as well.
 */
import { type DestinationStream, destination, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

const secrets = ['authorization', 'cookie', '["set-cookie"]', 'token', 'adminToken', 'bearer'];
const CENSOR = '[secret]';

/** What is kept of each match is its first group. */
const looksLikeOne: readonly RegExp[] = [
  // The header of a JWT is an object, and its text begins with a brace.
  /()\bey[JAK][\w-]+\.[\w-]+\.[\w-]*/g,
  // A login of an admin: end, nonce, signature.
  /()\b\d{1,16}\.[0-9a-f]{32}\.[0-9a-f]{64}\b/g,
  /(\bBearer(?: |%20|\+)+)[^\s"\\&]+/gi,
  // In an address, in a cookie header, in JSON, and in JSON within an address.
  /(\b(?:token|cf_connect|zeno_login)=)[^&;\s"\\]+/g,
  /(\\*"token\\*"\s*:\s*\\*")[^"\\]+/g,
  /(%22token%22%3A(?:%20|\+)*%22)(?:(?!%22)[^\s"\\&])+/gi,
];

/**
 * `node` names this process in every line; `sink` is another place to write than stderr. `known` are secrets by
 * themselves, which may look like anything.
 */
export function createLogger(
  level: string,
  node: string,
  sink: DestinationStream = destination(2),
  known: readonly string[] = [],
): Logger {
  return pino(
    {
      level,
      base: { node },
      redact: { paths: secrets.flatMap(atEveryDepth), censor: CENSOR },
      hooks: { streamWrite: (line) => withoutSecrets(line, known) },
    },
    sink,
  );
}

/** pino looks for paths, not names: a header may be logged alone, in `headers`, or in a request. */
function atEveryDepth(name: string): string[] {
  const tail = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${tail}`, `*.*${tail}`];
}

function withoutSecrets(line: string, known: readonly string[]): string {
  const unknown = known.reduce((text, secret) => text.replaceAll(asJson(secret), CENSOR), line);
  return looksLikeOne.reduce((text, secret) => text.replace(secret, `$1${CENSOR}`), unknown);
}

/** As it stands within a line. */
function asJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
