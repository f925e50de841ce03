import { describe, expect, it } from 'vitest';
import { type Config, type Fault, readConfig } from '../../src/config.ts';
import { bounds } from '../../src/protocols/limits.ts';

type Case = [variable: string, text: string, wrong: string, right: string];

const secret = 'ü'.repeat(16);
const machine = { cores: 4, random: { fraction: () => 0.5, hex: (bytes: number) => 'ab'.repeat(bytes) } };

function configOf(env: Record<string, string | undefined>, cores = 4): Config {
  const reading = readConfig(env, { ...machine, cores });
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  return reading.config;
}

function faultsOf(env: Record<string, string>): readonly Fault[] {
  const reading = readConfig(env, machine);
  return reading.ok ? [] : reading.faults;
}

describe('readConfig: what is read', () => {
  it('has a safe default for everything', () => {
    const { limits, ...rest } = configOf({ PATH: '/bin', ZENO_PORT: undefined });
    expect(rest).toEqual({
      host: '127.0.0.1',
      port: 8080,
      redisUrl: null,
      dataFolder: './data',
      workers: 3,
      adminToken: 'ab'.repeat(16),
      adminTokenGenerated: true,
      origins: [],
      chaos: false,
      nodeId: 'n-abab',
      logLevel: 'info',
      trustProxy: false,
      seriesFile: null,
      tokenKeys: null,
    });
    for (const [name, bound] of Object.entries(bounds)) expect(limits).toHaveProperty(name, bound.default);
  });

  it('takes every variable at its word', () => {
    const config = configOf({
      ZENO_HOST: '::1',
      ZENO_PORT: '0',
      ZENO_DATA: '/var/lib/zeno',
      ZENO_WORKERS: '256',
      ZENO_ADMIN_TOKEN: 'sixteen-letters!',
      ZENO_ORIGINS: 'https://a.example, http://b.example:8081',
      ZENO_CHAOS: '1',
      ZENO_NODE_ID: 'edge-7',
      ZENO_LOG: 'silent',
      ZENO_LIMITS: '{"connections":7,"intensity":0}',
      ZENO_TRUST_PROXY: '1',
      ZENO_SERIES: './my series.ts',
    });
    expect(config).toMatchObject({
      host: '::1',
      port: 0,
      dataFolder: '/var/lib/zeno',
      workers: 256,
      adminToken: 'sixteen-letters!',
      adminTokenGenerated: false,
      origins: ['https://a.example', 'http://b.example:8081'],
      chaos: true,
      nodeId: 'edge-7',
      logLevel: 'silent',
      trustProxy: true,
      seriesFile: './my series.ts',
    });
    expect(config.limits).toMatchObject({
      connections: 7,
      intensity: 0,
      bodyBytes: bounds.bodyBytes.default,
    });
  });

  it('leaves one core to the rest, and never has no worker or more than 256', () => {
    expect([1, 2, 8, 1000].map((cores) => configOf({}, cores).workers)).toEqual([1, 1, 7, 256]);
  });

  it('takes one key for tokens, a secret or the place of public ones', () => {
    const keysOf = (env: Record<string, string>) => configOf({ ZENO_AUTH: 'jwt', ...env }).tokenKeys;
    expect(keysOf({ ZENO_JWT_SECRET: secret })).toEqual({ kind: 'secret', secret });
    for (const url of [
      'https://issuer.example/keys',
      'http://localhost:9/k',
      'http://[::1]/',
      'http://127.8.8.8/',
    ]) {
      expect(keysOf({ ZENO_JWKS_URL: url })).toEqual({ kind: 'jwks', url });
    }
  });

  it('cannot be changed afterwards', () => {
    const config = configOf({ ZENO_ORIGINS: 'https://a.example' });
    expect([config, config.limits, config.origins].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('takes an empty value for unset, and later variables at their only value', () => {
    const empty = Object.fromEntries(
      ['HOST', 'PORT', 'ADMIN_TOKEN', 'CHAOS', 'LIMITS', 'ORIGINS', 'REDIS', 'SERIES'].map((name) => [
        `ZENO_${name}`,
        '',
      ]),
    );
    expect(configOf({ ...empty, ZENO_ROLE: 'all', ZENO_AUTH: 'anonymous' })).toEqual(configOf({}));
  });
});

describe('readConfig: what is refused', () => {
  const cases: Case[] = [
    ['ZENO_HOST', '[::1]', 'is "[::1]"', 'no brackets'],
    ['ZENO_HOST', 'http://x', 'is "http://x"', 'an address'],
    ['ZENO_PORT', '65536', 'is "65536"', '0 to 65535'],
    ['ZENO_PORT', '-1', 'is "-1"', '0 to 65535'],
    ['ZENO_PORT', '80 ', 'is "80 "', '0 to 65535'],
    ['ZENO_PORT', '0x50', 'is "0x50"', '0 to 65535'],
    ['ZENO_WORKERS', '0', 'is "0"', '1 to 256'],
    ['ZENO_WORKERS', '257', 'is "257"', '1 to 256'],
    ['ZENO_WORKERS', '1.5', 'is "1.5"', '1 to 256'],
    ['ZENO_ADMIN_TOKEN', 'fifteen-letters', 'has only 15 characters', 'at least 16'],
    ['ZENO_ADMIN_TOKEN', 'with blanks in its middle', 'no header can carry', 'visible ASCII'],
    ['ZENO_ADMIN_TOKEN', 'schlüssel-zum-glück', 'no header can carry', 'visible ASCII'],
    ['ZENO_ORIGINS', '*', 'has "*"', 'exact origins'],
    ['ZENO_ORIGINS', 'https://A.example', 'has "https://A.example"', 'such as https://a.example'],
    ['ZENO_ORIGINS', 'https://a.example/', 'has "https://a.example/"', 'such as https://a.example'],
    ['ZENO_ORIGINS', 'https://a.example:443', 'has "https://a.example:443"', 'such as https://a.example'],
    ['ZENO_ORIGINS', 'ftp://a.example', 'has "ftp://a.example"', 'http://host:port'],
    ['ZENO_ORIGINS', 'null', 'has "null"', 'http://host:port'],
    ['ZENO_ORIGINS', 'https://a.example,', 'has ""', 'exact origins'],
    ['ZENO_CHAOS', 'yes', 'is "yes"', '1 for on'],
    ['ZENO_TRUST_PROXY', 'true', 'is "true"', '1 for on'],
    ['ZENO_NODE_ID', 'Node_1', 'is "Node_1"', 'a-z, 0-9 and -'],
    ['ZENO_NODE_ID', 'x'.repeat(33), `is "${'x'.repeat(33)}"`, '1 to 32'],
    ['ZENO_LOG', 'verbose', 'is "verbose"', 'one of fatal, error'],
    ['ZENO_LIMITS', '{connections:1}', 'is not a JSON object', 'for example'],
    ['ZENO_LIMITS', '[1]', 'is not a JSON object', 'for example'],
    ['ZENO_LIMITS', 'null', 'is not a JSON object', 'for example'],
    ['ZENO_LIMITS', '{"connection":5}', 'the unknown name "connection"', 'did you mean connections?'],
    ['ZENO_LIMITS', '{"__proto__":5}', 'the unknown name "__proto__"', 'see docs/limits.md'],
    ['ZENO_LIMITS', '{"speed":5}', 'the unknown name "speed"', 'see docs/limits.md'],
    ['ZENO_LIMITS', '{"conections":5}', 'the unknown name "conections"', 'did you mean connections?'],
    ['ZENO_LIMITS', '{"connections":"a"}', 'has connections = "a"', 'a whole number'],
    ['ZENO_LIMITS', '{"connections":0}', 'has connections = 0', 'at least 1'],
    ['ZENO_LIMITS', '{"connections":1.5}', 'has connections = 1.5', 'a whole number'],
    ['ZENO_LIMITS', '{"connections":9007199254740993}', 'has connections =', 'a whole number'],
    ['ZENO_LIMITS', '{"connections":"5"}', 'has connections =', 'a whole number'],
    ['ZENO_LIMITS', '{"rangeTermsFirst":3}', 'has rangeTermsFirst = 3', 'at least 4'],
    ['ZENO_LIMITS', '{"rangeMinMs":51}', 'rangeMinMs 51 above rangeMaxMs 50', 'set both'],
    ['ZENO_LIMITS', '{"reconnectMaxMs":999}', 'reconnectMinMs 1000 above reconnectMaxMs 999', 'set both'],
    ['ZENO_LIMITS', '{"outboxHardBytes":65535}', 'outboxSoftBytes 65536 above', 'set both'],
    ['ZENO_LIMITS', '{"outboxTotalBytes":70000}', 'outboxHardBytes 1048576 above', 'set both'],
    ['ZENO_LIMITS', '{"rangeTermsMax":4}', 'rangeTermsFirst 4096 above', 'set both'],
    ['ZENO_LIMITS', '{"storeRetryMaxMs":1}', 'storeRetryMinMs 50 above', 'set both'],
    ['ZENO_REDIS', 'localhost:6379', 'is no address of a Redis', 'redis://'],
    ['ZENO_REDIS', 'http://localhost', 'is no address of a Redis', 'redis://'],
    ['ZENO_REDIS', 'redis://localhost/db', 'is no address of a Redis', 'redis://'],
    ['ZENO_ROLE', 'edge', 'is not in this version', 'unset or all'],
    ['ZENO_AUTH', 'oidc', 'is "oidc"', 'one of anonymous, jwt'],
    ['ZENO_AUTH', 'jwt', 'is jwt without a key', 'ZENO_JWT_SECRET or ZENO_JWKS_URL'],
    ['ZENO_JWT_SECRET', 'x'.repeat(31), 'has only 31 bytes', 'at least 32 bytes'],
    ['ZENO_JWT_SECRET', secret, 'without ZENO_AUTH=jwt', 'both or neither'],
    ['ZENO_JWKS_URL', 'https://issuer.example/keys', 'without ZENO_AUTH=jwt', 'both or neither'],
    ...[
      'x',
      'http://issuer.example/keys',
      'http://10.0.0.1/keys',
      'http://127.0.0.1.example/keys',
      'https://user:hush@issuer.example/keys',
      'file:///keys.json',
    ].map((url): Case => ['ZENO_JWKS_URL', url, 'no address that keys can be trusted from', 'https://']),
    ['ZENO_PROT', '80', 'is not a variable of Zeno', 'did you mean ZENO_PORT?'],
    ['ZENO_XYZZY_PLUGH', 'x', 'is not a variable of Zeno', 'see the table in README.md'],
    ['ZENO_ADMINTOKEN', '', 'is not a variable of Zeno', 'did you mean ZENO_ADMIN_TOKEN?'],
  ];
  it.each(cases)('%s=%s is one fault that says why and what instead', (variable, text, wrong, right) => {
    const faults = faultsOf({ [variable]: text });
    expect(faults).toHaveLength(1);
    expect(faults[0]?.variable).toBe(variable);
    expect(faults[0]?.wrong).toContain(wrong);
    expect(faults[0]?.right).toContain(right);
  });

  it('says of two keys for tokens that one is enough, and nothing more where one of them is faulty', () => {
    const both = { ZENO_AUTH: 'jwt', ZENO_JWT_SECRET: secret, ZENO_JWKS_URL: 'https://issuer.example/keys' };
    expect(faultsOf(both)).toEqual([
      { variable: 'ZENO_JWKS_URL', wrong: 'is set beside ZENO_JWT_SECRET', right: 'one of the two' },
    ]);
    expect(faultsOf({ ...both, ZENO_JWT_SECRET: 'short' }).map(({ variable }) => variable)).toEqual([
      'ZENO_JWT_SECRET',
    ]);
  });

  it('does not repeat the secret of a ZENO_REDIS that is wrong', () => {
    expect(JSON.stringify(faultsOf({ ZENO_REDIS: 'rediss://zeno:hush-hush@' }))).not.toContain('hush');
  });

  it('reports all faults at once, also those inside ZENO_LIMITS', () => {
    const faults = faultsOf({
      ZENO_PORT: 'x',
      ZENO_LOG: 'x',
      ZENO_REDIS: 'x',
      ZENO_NOPE: 'x',
      ZENO_LIMITS: '{"nope":1,"mailbox":-1,"rangeMinMs":51}',
    });
    expect(faults.map((fault) => fault.variable).sort()).toEqual([
      'ZENO_LIMITS',
      'ZENO_LIMITS',
      'ZENO_LIMITS',
      'ZENO_LOG',
      'ZENO_NOPE',
      'ZENO_PORT',
      'ZENO_REDIS',
    ]);
  });

  it('does not blame a pair of limits for a value that is already a fault', () => {
    expect(faultsOf({ ZENO_LIMITS: '{"rangeMaxMs":-1,"rangeMinMs":51}' })).toHaveLength(1);
  });

  it('never repeats a secret', () => {
    const text = JSON.stringify(
      faultsOf({
        ZENO_ADMIN_TOKEN: 'hush hush hush hush',
        ZENO_JWT_SECRET: 'hush',
        ZENO_JWKS_URL: 'http://hush',
      }),
    );
    for (const name of ['ZENO_ADMIN_TOKEN', 'ZENO_JWT_SECRET', 'ZENO_JWKS_URL']) expect(text).toContain(name);
    expect(text).not.toContain('hush');
  });
});
