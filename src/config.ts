/**
 * Environment → frozen, typed configuration. A pure function that reports every fault at once, each with its
 * variable, what is wrong and what would be right, because a person who fixes one line should not meet the next
 * fault only after another start. An empty value counts as unset. Secrets are never repeated in a fault.
 */
import { readLimits } from './config/limits.ts';
import { nearest } from './config/nearest.ts';
import { parseJwks, parseSecret, type TokenSettings, tokenKeysOf } from './config/tokens.ts';
import {
  authModes,
  type Fault,
  type LogLevel,
  logLevels,
  type Parsed,
  parseChoice,
  parseHost,
  parseInteger,
  parseNodeId,
  parseOrigins,
  parseRedis,
  parseSwitch,
  parseToken,
} from './config/values.ts';
import type { Random } from './lib/random.ts';
import type { NodeId } from './protocols/identity.ts';
import { type Limits, limitsWith } from './protocols/limits.ts';
import type { TokenKeys } from './protocols/ports/token-verifier.ts';

export type { Fault, LogLevel };

export interface Config {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Folder of the store, as it was given: relative to the working directory unless absolute. */
  readonly dataFolder: string;
  /** Where runs live instead of in that folder; may hold a password. Null for none. */
  readonly redisUrl: string | null;
  /** Worker threads, 1 to 256. */
  readonly workers: number;
  readonly adminToken: string;
  /** True when the token is a random one that nobody has been told yet. */
  readonly adminTokenGenerated: boolean;
  /** What the tokens of users are checked with; null where everybody may read and only admins have tokens. */
  readonly tokenKeys: TokenKeys | null;
  /** Origins besides our own that may use the API, in the form a browser sends them. */
  readonly origins: readonly string[];
  readonly chaos: boolean;
  readonly nodeId: NodeId;
  readonly logLevel: LogLevel;
  readonly limits: Limits;
  /** Whether X-Forwarded-* of whoever connects is believed. */
  readonly trustProxy: boolean;
  /** Module with series of the user's own, relative to the working directory unless absolute; null for none. */
  readonly seriesFile: string | null;
}

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export interface Machine {
  readonly cores: number;
  readonly random: Random;
}

const variables = [
  'ZENO_HOST',
  'ZENO_PORT',
  'ZENO_DATA',
  'ZENO_REDIS',
  'ZENO_WORKERS',
  'ZENO_ADMIN_TOKEN',
  'ZENO_ORIGINS',
  'ZENO_CHAOS',
  'ZENO_NODE_ID',
  'ZENO_LOG',
  'ZENO_LIMITS',
  'ZENO_TRUST_PROXY',
  'ZENO_SERIES',
  'ZENO_AUTH',
  'ZENO_JWT_SECRET',
  'ZENO_JWKS_URL',
] as const;
type Variable = (typeof variables)[number];

/** Variables of the product that a later version honours, with the one value that this version already means. */
const later: Readonly<Record<string, string>> = {
  ZENO_ROLE: 'all',
};

export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  machine: Machine,
): ConfigReading {
  const faults: Fault[] = namesNotHonoured(env);
  const { ZENO_LIMITS: limitsText } = env;
  function read<T>(variable: Variable, fallback: T, parse: (text: string) => Parsed<T>): T {
    const text = env[variable];
    if (text === undefined || text === '') return fallback;
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    faults.push({ variable, ...parsed });
    return fallback;
  }

  const coresLeft = Math.min(256, Math.max(1, machine.cores - 1));
  const token = read<string | null>('ZENO_ADMIN_TOKEN', null, parseToken);
  const tokens: TokenSettings = {
    mode: read('ZENO_AUTH', 'anonymous', (text) => parseChoice(text, authModes)),
    secret: read<string | null>('ZENO_JWT_SECRET', null, parseSecret),
    jwks: read<string | null>('ZENO_JWKS_URL', null, parseJwks),
  };
  const config: Config = {
    host: read('ZENO_HOST', '127.0.0.1', parseHost),
    port: read('ZENO_PORT', 8080, (text) => parseInteger(text, 0, 65_535)),
    dataFolder: read('ZENO_DATA', './data', (value) => ({ value })),
    redisUrl: read<string | null>('ZENO_REDIS', null, parseRedis),
    workers: read('ZENO_WORKERS', coresLeft, (text) => parseInteger(text, 1, 256)),
    adminToken: token ?? machine.random.hex(16),
    adminTokenGenerated: token === null,
    tokenKeys: tokenKeysOf(tokens, faults),
    origins: Object.freeze(read('ZENO_ORIGINS', [], parseOrigins)),
    chaos: read('ZENO_CHAOS', false, parseSwitch),
    nodeId: read('ZENO_NODE_ID', `n-${machine.random.hex(2)}` as NodeId, parseNodeId),
    logLevel: read('ZENO_LOG', 'info', (text) => parseChoice(text, logLevels)),
    limits: Object.freeze(limitsWith(readLimits(limitsText, faults))),
    trustProxy: read('ZENO_TRUST_PROXY', false, parseSwitch),
    seriesFile: read<string | null>('ZENO_SERIES', null, (value) => ({ value })),
  };
  return faults.length === 0 ? { ok: true, config: Object.freeze(config) } : { ok: false, faults };
}

function namesNotHonoured(env: Readonly<Record<string, string | undefined>>): Fault[] {
  const faults: Fault[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('ZENO_') || text === undefined || variables.some((known) => known === name))
      continue;
    const only = later[name];
    if (only === undefined) {
      const meant = nearest(name, variables);
      const right = meant === null ? 'see the table in README.md' : `did you mean ${meant}?`;
      faults.push({ variable: name, wrong: 'is not a variable of Zeno', right });
    } else if (text !== '' && text !== only) {
      faults.push({
        variable: name,
        wrong: 'is not in this version',
        right: only === '' ? 'leave it unset' : `leave it unset or ${only}`,
      });
    }
  }
  return faults;
}
