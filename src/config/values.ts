/**
 * One variable's text → its value, or what is wrong with it and what would be right. Pure, one function a kind of value;
 * what may hold a secret is not repeated.
 */
import { isIP } from 'node:net';
import type { NodeId } from '../protocols/identity.ts';

export interface Fault {
  readonly variable: string;
  readonly wrong: string;
  readonly right: string;
}

export type Parsed<T> = { readonly value: T } | { readonly wrong: string; readonly right: string };

/** Who may read: everybody, or who has a token that says so. */
export const authModes = ['anonymous', 'jwt'] as const;
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export function parseInteger(text: string, min: number, max: number): Parsed<number> {
  const value = /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return { value };
  return { wrong: `is ${quote(text)}`, right: `a whole number from ${min} to ${max}` };
}

export function parseHost(text: string): Parsed<string> {
  if (isIP(text) !== 0 || /^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9])?$/i.test(text)) return { value: text };
  return {
    wrong: `is ${quote(text)}`,
    right: 'an address such as 127.0.0.1 or ::1 (no brackets), or a name',
  };
}

/** The value is not repeated: it may hold a password. */
export function parseRedis(text: string): Parsed<string> {
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

export function parseToken(text: string): Parsed<string> {
  const right = 'at least 16 characters of visible ASCII without blanks, or unset for a random token';
  if (!/^[\x21-\x7e]*$/.test(text)) return { wrong: 'has characters that no header can carry', right };
  if (text.length < 16) return { wrong: `has only ${text.length} characters`, right };
  return { value: text };
}

export function parseOrigins(text: string): Parsed<readonly string[]> {
  const origins = text.split(',').map((part) => part.trim());
  for (const origin of origins) {
    const canonical = URL.canParse(origin) ? new URL(origin).origin : 'null';
    if (canonical === origin && /^https?:/.test(origin)) continue;
    const right = /^https?:/.test(canonical) ? canonical : 'https://example.org or http://host:port';
    return { wrong: `has ${quote(origin)}`, right: `exact origins separated by commas, such as ${right}` };
  }
  return { value: [...new Set(origins)] };
}

export function parseSwitch(text: string): Parsed<boolean> {
  if (text === '0' || text === '1') return { value: text === '1' };
  return { wrong: `is ${quote(text)}`, right: '1 for on, 0 or unset for off' };
}

export function parseNodeId(text: string): Parsed<NodeId> {
  if (/^[a-z0-9-]{1,32}$/.test(text)) return { value: text as NodeId };
  return { wrong: `is ${quote(text)}`, right: '1 to 32 characters of a-z, 0-9 and -' };
}

export function parseChoice<T extends string>(text: string, choices: readonly T[]): Parsed<T> {
  const value = choices.find((choice) => choice === text);
  return value ? { value } : { wrong: `is ${quote(text)}`, right: `one of ${choices.join(', ')}` };
}

export function quote(text: string): string {
  return JSON.stringify(shortened(text));
}

/** As long as a line of faults can bear. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
