import { describe, expect, it } from 'vitest';
import { judgeOrigin, type OriginVerdict, originPolicy } from '../../../src/gateway/origin.ts';

function judge(
  bound: string,
  host: string | undefined,
  origin?: string,
  origins: string[] = [],
): OriginVerdict {
  return judgeOrigin(originPolicy(bound, origins), { origin, hosts: host === undefined ? [] : [host] });
}

describe('Host', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:8080'],
    ['127.0.0.1', 'localhost:8080'],
    ['127.0.0.1', 'LOCALHOST'],
    ['127.0.0.1', '127.9.9.9'],
    ['127.0.0.1', '[::1]:8080'],
    ['::1', '[::1]'],
    ['10.0.0.5', '10.0.0.5:8080'],
    ['fe80::1', '[FE80:0::1]:80'],
    ['zeno.internal', 'zeno.internal:8080'],
    ['zeno.internal', 'localhost'],
    ['0.0.0.0', '192.168.1.7:8080'],
    ['::', '[2001:db8::1]:8080'],
    ['::', '192.168.1.7'],
  ])('bound to %s it answers to %s', (bound, host) => {
    expect(judge(bound, host)).toBe('none');
  });

  it.each([
    ['127.0.0.1', 'evil.example'],
    ['127.0.0.1', 'localhost.evil.example'],
    ['127.0.0.1', '127.0.0.1.evil.example'],
    ['127.0.0.1', 'evil.example#@localhost'],
    ['127.0.0.1', 'localhost@evil.example'],
    ['127.0.0.1', 'evil.example\\localhost'],
    ['127.0.0.1', 'localhost/evil'],
    ['127.0.0.1', '10.0.0.5'],
    ['127.0.0.1', ''],
    ['127.0.0.1', 'localhost:x'],
    ['10.0.0.5', '10.0.0.6'],
    ['0.0.0.0', 'evil.example'],
    ['::', 'evil.example'],
    ['zeno.internal', '10.0.0.5'],
  ])('bound to %s it does not answer to %j', (bound, host) => {
    expect(judge(bound, host)).toBe('foreign-host');
  });

  it('of a listed origin is ours, without its port', () => {
    expect(judge('127.0.0.1', 'zeno.example', undefined, ['https://zeno.example:8443'])).toBe('none');
    expect(judge('127.0.0.1', 'sub.zeno.example', undefined, ['https://zeno.example'])).toBe('foreign-host');
  });

  it('is never left out by a browser: without one there is nothing to rebind', () => {
    expect(judge('127.0.0.1', undefined)).toBe('none');
  });

  it('must be ours in every form it comes in', () => {
    const policy = originPolicy('127.0.0.1', []);
    const hosts = ['localhost', 'evil.example'];
    expect(judgeOrigin(policy, { origin: undefined, hosts })).toBe('foreign-host');
    expect(judgeOrigin(policy, { origin: undefined, hosts: hosts.toReversed() })).toBe('foreign-host');
  });
});

describe('Origin', () => {
  it.each<[origin: string, host: string, verdict: OriginVerdict]>([
    ['http://localhost:8080', 'localhost:8080', 'same'],
    ['https://localhost:8080', 'localhost:8080', 'same'],
    ['http://localhost', 'localhost:80', 'same'],
    ['http://[::1]:8080', '[::1]:8080', 'same'],
    ['http://localhost:8081', 'localhost:8080', 'foreign-origin'],
    ['http://127.0.0.1:8080', 'localhost:8080', 'foreign-origin'],
    ['null', 'localhost:8080', 'foreign-origin'],
    ['', 'localhost:8080', 'foreign-origin'],
    ['file://', 'localhost:8080', 'foreign-origin'],
    ['ws://localhost:8080', 'localhost:8080', 'foreign-origin'],
    ['https://evil.example', 'localhost:8080', 'foreign-origin'],
    ['https://app.example', 'localhost:8080', 'listed'],
    ['http://app.example', 'localhost:8080', 'foreign-origin'],
    ['https://app.example:444', 'localhost:8080', 'foreign-origin'],
    ['https://app.example', 'app.example', 'same'],
    ['https://app.example', 'evil.example', 'foreign-host'],
  ])('%j asking %s is %s', (origin, host, verdict) => {
    expect(judge('127.0.0.1', host, origin, ['https://app.example'])).toBe(verdict);
  });
});
