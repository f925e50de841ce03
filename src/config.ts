/**
 * Environment → frozen, typed configuration. A pure function that reports every fault at once, each with its
 * variable, what is wrong and what would be right, because a person who fixes one line should not meet the next
 * fault only after another start. An empty value counts as unset. Secrets are never repeated in a fault.
 */
import { isIP } from 'node:net';
import type { Random } from './lib/random.ts';
import type { NodeId } from './protocols/identity.ts';
import { bounds, isLimitName, type LimitName, type Limits, limitsWith } from './protocols/limits.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

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

export interface Fault {
  readonly variable: string;
  readonly wrong: string;
  readonly right: string;
}

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export interface Machine {
  readonly cores: number;
  readonly random: Random;
}

type Parsed<T> = { readonly value: T } | { readonly wrong: string; readonly right: string };

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
] as const;
type Variable = (typeof variables)[number];

/** Variables of the product that a later version honours, with the one value that this version already means. */
const later: Readonly<Record<string, string>> = {
  ZENO_ROLE: 'all',
  ZENO_AUTH: 'anonymous',
  ZENO_JWT_SECRET: '',
  ZENO_JWKS_URL: '',
};

/** Pairs of limits of which the first may not exceed the second. */
const ordered: readonly (readonly [LimitName, LimitName])[] = [
  ['outboxSoftBytes', 'outboxHardBytes'],
  ['outboxHardBytes', 'outboxTotalBytes'],
  ['reconnectMinMs', 'reconnectMaxMs'],
  ['rangeMinMs', 'rangeMaxMs'],
  ['rangeTermsFirst', 'rangeTermsMax'],
  ['storeRetryMinMs', 'storeRetryMaxMs'],
];

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
  const config: Config = {
    host: read('ZENO_HOST', '127.0.0.1', parseHost),
    port: read('ZENO_PORT', 8080, (text) => parseInteger(text, 0, 65_535)),
    dataFolder: read('ZENO_DATA', './data', (value) => ({ value })),
    redisUrl: read<string | null>('ZENO_REDIS', null, parseRedis),
    workers: read('ZENO_WORKERS', coresLeft, (text) => parseInteger(text, 1, 256)),
    adminToken: token ?? machine.random.hex(16),
    adminTokenGenerated: token === null,
    origins: Object.freeze(read('ZENO_ORIGINS', [], parseOrigins)),
    chaos: read('ZENO_CHAOS', false, parseSwitch),
    nodeId: read('ZENO_NODE_ID', `n-${machine.random.hex(2)}` as NodeId, parseNodeId),
    logLevel: read('ZENO_LOG', 'info', parseLogLevel),
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
      faults.push({
        variable: name,
        wrong: 'is not a variable of Zeno',
        right: `did you mean ${nearest(name, variables)}?`,
      });
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

function parseInteger(text: string, min: number, max: number): Parsed<number> {
  const value = /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return { value };
  return { wrong: `is ${quote(text)}`, right: `a whole number from ${min} to ${max}` };
}

function parseHost(text: string): Parsed<string> {
  if (isIP(text) !== 0 || /^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9])?$/i.test(text)) return { value: text };
  return {
    wrong: `is ${quote(text)}`,
    right: 'an address such as 127.0.0.1 or ::1 (no brackets), or a name',
  };
}

/** The value is not repeated: it may hold a password. */
function parseRedis(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const database = url === null ? '' : url.pathname.replace(/^\//, '');
  if (url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && /^\d{0,3}$/.test(database)) {
    return { value: text };
  }
  return {
    wrong: 'is no address of a Redis',
    right: 'redis://[user:password@]host[:port][/database], or rediss://…',
  };
}

function parseToken(text: string): Parsed<string> {
  const right = 'at least 16 characters of visible ASCII without blanks, or unset for a random token';
  if (!/^[\x21-\x7e]*$/.test(text)) return { wrong: 'has characters that no header can carry', right };
  if (text.length < 16) return { wrong: `has only ${text.length} characters`, right };
  return { value: text };
}

function parseOrigins(text: string): Parsed<readonly string[]> {
  const origins = text.split(',').map((part) => part.trim());
  for (const origin of origins) {
    const canonical = URL.canParse(origin) ? new URL(origin).origin : 'null';
    if (canonical === origin && /^https?:/.test(origin)) continue;
    const right = /^https?:/.test(canonical) ? canonical : 'https://example.org or http://host:port';
    return { wrong: `has ${quote(origin)}`, right: `exact origins separated by commas, such as ${right}` };
  }
  return { value: [...new Set(origins)] };
}

function parseSwitch(text: string): Parsed<boolean> {
  if (text === '0' || text === '1') return { value: text === '1' };
  return { wrong: `is ${quote(text)}`, right: '1 for on, 0 or unset for off' };
}

function parseNodeId(text: string): Parsed<NodeId> {
  if (/^[a-z0-9-]{1,32}$/.test(text)) return { value: text as NodeId };
  return { wrong: `is ${quote(text)}`, right: '1 to 32 characters of a-z, 0-9 and -' };
}

function parseLogLevel(text: string): Parsed<LogLevel> {
  const value = logLevels.find((level) => level === text);
  return value ? { value } : { wrong: `is ${quote(text)}`, right: `one of ${logLevels.join(', ')}` };
}

/** The valid overrides in `text`; what is not valid is added to `faults`, name by name. */
function readLimits(text: string | undefined, faults: Fault[]): Partial<Limits> {
  const overrides: Partial<Record<LimitName, number>> = {};
  const fault = (wrong: string, right: string) => void faults.push({ variable: 'ZENO_LIMITS', wrong, right });
  if (text === undefined || text === '') return overrides;
  const entries = jsonEntries(text);
  if (entries === null) {
    fault('is not a JSON object', 'for example {"connections":1000}');
    return overrides;
  }
  const faulty = new Set<LimitName>();
  for (const [name, value] of entries) {
    if (!isLimitName(name)) {
      fault(`has the unknown name ${quote(name)}`, `did you mean ${nearest(name, Object.keys(bounds))}?`);
    } else if (typeof value === 'number' && Number.isSafeInteger(value) && value >= bounds[name].minimum) {
      overrides[name] = value;
    } else {
      faulty.add(name);
      fault(
        `has ${name} = ${quote(JSON.stringify(value))}`,
        `a whole number of at least ${bounds[name].minimum} (${bounds[name].description})`,
      );
    }
  }
  const limits = limitsWith(overrides);
  for (const [low, high] of ordered) {
    if (limits[low] <= limits[high] || faulty.has(low) || faulty.has(high)) continue;
    fault(`has ${low} ${limits[low]} above ${high} ${limits[high]}`, `${low} ≤ ${high}; set both`);
  }
  return overrides;
}

function jsonEntries(text: string): [string, unknown][] | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : null;
  } catch {
    return null;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function nearest(name: string, known: readonly string[]): string {
  let best = { name: known[0] ?? '', distance: Number.POSITIVE_INFINITY };
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < best.distance) best = { name: candidate, distance };
  }
  return best.name;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
