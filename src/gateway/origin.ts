/**
 * Whether a request may come from where it says it comes from. A browser tells with `Origin` which page asks, and
 * with `Host` which name it looked up: the first keeps foreign pages out, the second keeps a name that was rebound
 * to our address out. What is no browser sends no Origin and is let through.
 */
import { isIP } from 'node:net';

export interface OriginPolicy {
  /** Host names, as URLs write them, that this server answers to besides loopback. */
  readonly hostnames: ReadonlySet<string>;
  /** Whether it answers to any IP address: an address in `Host` can't have been rebound. */
  readonly anyAddress: boolean;
  /** Origins of other pages that may use it. */
  readonly origins: ReadonlySet<string>;
}

interface Provenance {
  /** The `Origin` header; undefined without one. */
  readonly origin: string | undefined;
  /** The `Host` header and, behind a trusted proxy, the host it forwards; empty without any (HTTP/1.0). */
  readonly hosts: readonly string[];
}

/** `none`: no Origin. `same`: our own page. `listed`: a page of `origins`. The others are refused. */
export type OriginVerdict = 'none' | 'same' | 'listed' | 'foreign-origin' | 'foreign-host';

/** `boundHost` as in ZENO_HOST, `origins` as in ZENO_ORIGINS. */
export function originPolicy(boundHost: string, origins: readonly string[]): OriginPolicy {
  const own = parseHost(isIP(boundHost) === 6 ? `[${boundHost}]` : boundHost);
  return {
    hostnames: new Set([
      ...(own === null ? [] : [own.hostname]),
      ...origins.map((origin) => new URL(origin).hostname),
    ]),
    anyAddress: own?.hostname === '0.0.0.0' || own?.hostname === '[::]',
    origins: new Set(origins),
  };
}

export function judgeOrigin(policy: OriginPolicy, { origin, hosts }: Provenance): OriginVerdict {
  const parsed = hosts.map(parseHost);
  if (!parsed.every((url) => url !== null && mayBeAskedAs(policy, url.hostname))) return 'foreign-host';
  if (origin === undefined) return 'none';
  const from = /^https?:\/\//.test(origin) && URL.canParse(origin) ? new URL(origin) : null;
  if (from !== null && parsed.some((url) => url?.host === from.host)) return 'same';
  return policy.origins.has(origin) ? 'listed' : 'foreign-origin';
}

function mayBeAskedAs(policy: OriginPolicy, hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]' || policy.hostnames.has(hostname)) return true;
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const family = isIP(address);
  return (family === 4 && address.startsWith('127.')) || (family !== 0 && policy.anyAddress);
}

/** `host[:port]` in the form URLs give it; null for anything else. */
function parseHost(host: string): URL | null {
  const url = `http://${host}`;
  return /^[^\s/?#@\\]+$/.test(host) && URL.canParse(url) ? new URL(url) : null;
}
