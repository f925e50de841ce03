/** How the list of runs is grouped, and what may be said of each kind of bound. */
import { describe, expect, it } from 'vitest';
import type { LobbyItem } from '../../../src/protocols/wire/lobby.ts';
import { grouped } from '../../../web/model/catalogue.js';
import { claimOf } from '../../../web/model/claim.js';

const item = (run: string): LobbyItem => ({
  run,
  series: run.split('~')[0] ?? run,
  state: 'idle',
  n: 0,
  digits: null,
  rate: 0,
  watchers: 0,
  owner: 'n',
  offset: 0,
});
const series = (title: string, limit: string | null) => ({
  title,
  formula: '',
  limit: limit === null ? null : { name: limit, decimal: '0' },
});

describe('the catalogue', () => {
  const known = new Map([
    ['leibniz', series('Leibniz series', 'π')],
    ['basel', series('Basel problem', 'π')],
    ['zeta3', series('Zeta of three', 'ζ(3)')],
    ['gamma', series('Euler’s constant', 'γ')],
    ['primes', series('Prime counting', null)],
  ]);
  const groups = (
    runs: string[],
    describe: (name: string) => ReturnType<typeof series> | undefined,
    denied: string[] = [],
  ) =>
    grouped(runs.map(item), describe, ({ run }) => denied.includes(run)).map(({ name, items }) => [
      name,
      ...items.map(({ run }) => run),
    ]);

  it('puts series of one limit together, the largest group first, what has none and private runs last', () => {
    const runs = ['gamma~2', 'primes', 'leibniz', 'zeta3', 'basel', 'new', 'gamma', 'basel~1'];
    expect(groups(runs, (name) => known.get(name))).toEqual([
      ['π', 'basel', 'leibniz'],
      ['γ', 'gamma'],
      ['ζ(3)', 'zeta3'],
      ['others', 'primes'],
      ['…', 'new'],
      ['private runs', 'basel~1', 'gamma~2'],
    ]);
  });

  it('says of runs that may not be seen that they are not permitted, behind all others', () => {
    const runs = ['new', 'leibniz', 'basel', 'gamma~2', 'basel~1'];
    expect(groups(runs, (name) => known.get(name), ['new', 'basel', 'basel~1'])).toEqual([
      ['π', 'leibniz'],
      ['private runs', 'gamma~2'],
      ['not permitted by your token', 'basel', 'basel~1', 'new'],
    ]);
  });

  it('is one group while nothing is known of any series', () => {
    expect(groups(['b', 'a'], () => undefined)).toEqual([['…', 'a', 'b']]);
    expect(groups([], () => undefined)).toEqual([]);
  });
});

describe('a claim', () => {
  it('calls proven only what is rigorous', () => {
    const kinds = ['rigorous', 'statistical', 'conditional', 'exact'] as const;
    const proven = kinds.filter((kind) => claimOf(kind).proven);
    const says = kinds.filter((kind) => /proven/i.test(Object.values(claimOf(kind)).join(' ')));
    expect([proven, says]).toEqual([['rigorous'], ['rigorous']]);
  });
});
