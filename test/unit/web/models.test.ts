/** The page's arithmetic, without a page. */
import { describe, expect, it } from 'vitest';
import type { LobbyItem } from '../../../src/protocols/wire/lobby.ts';
import type { TreeNode } from '../../../src/protocols/wire/supervision.ts';
import { arrived, begun, nothingSeen } from '../../../web/model/continuity.js';
import { age, counted, groupedText, latency } from '../../../web/model/format.js';
import { applied, emptyLobby, listed } from '../../../web/model/lobby.js';
import { renewed, rows } from '../../../web/model/tree.js';

const at = (offset: number, epoch = 'e') => ({ epoch, offset });

describe('continuity', () => {
  it('counts a gap and a repeat, and neither for what was skipped on purpose or began anew', () => {
    let seen = begun(nothingSeen, at(5));
    seen = arrived(seen, at(6), 0);
    seen = arrived(seen, at(9), 2);
    expect([seen.gaps, seen.repeats, seen.received]).toEqual([0, 0, 2]);
    expect(arrived(seen, at(11), 0).gaps).toBe(1);
    expect(arrived(seen, at(9), 0).repeats).toBe(1);
    expect(arrived(seen, at(1, 'f'), 0).gaps).toBe(1);
    expect(arrived(begun(seen, at(0, 'f')), at(1, 'f'), 0).gaps).toBe(0);
  });
});

describe('the lobby', () => {
  const item = (run: string, n = 0): LobbyItem => ({
    run,
    series: 'leibniz',
    state: 'idle',
    n,
    digits: null,
    rate: 0,
    watchers: 0,
    owner: 'n',
    offset: 0,
  });

  it('is replaced by a whole list and changed by changes, shared runs first', () => {
    const whole = applied(emptyLobby, {
      epoch: 'a',
      version: 2,
      snapshot: true,
      series: [item('z'), item('b~1234')],
    });
    const next = applied(whole, {
      epoch: 'a',
      version: 4,
      snapshot: false,
      changes: [
        { version: 3, op: 'put', run: 'c', item: item('c', 9) },
        { version: 4, op: 'remove', run: 'z' },
      ],
    });
    expect(listed(next).map(({ run }) => run)).toEqual(['c', 'b~1234']);
    expect(next).toMatchObject({ epoch: 'a', version: 4 });
  });
});

describe('the tree', () => {
  const node = (path: string, pid: string, children: TreeNode[] = []): TreeNode => ({
    id: path,
    path,
    kind: 'worker',
    state: 'running',
    pid,
    restarts: 0,
    mailbox: 0,
    childCount: children.length + 1,
    children,
    next: null,
  });

  it('is read from the top, and shows where another process stands', () => {
    const before = rows(node('root', 'p1', [node('root/a', 'p2'), node('root/b', 'p3')]));
    const after = rows(node('root', 'p1', [node('root/a', 'p4'), node('root/c', 'p5')]));
    expect(before.map(({ node: { path }, depth }) => [path, depth])).toEqual([
      ['root', 0],
      ['root/a', 1],
      ['root/b', 1],
    ]);
    expect(before[0]?.more).toBe(1);
    expect([...renewed(before, after)]).toEqual(['root/a']);
  });
});

it('times are said in the unit that reads best', () => {
  expect([latency(312), latency(5_700), latency(2_500_000)]).toEqual(['312 µs', '5.7 ms', '2.5 s']);
  expect([age(4_400), age(150_000), age(7_300_000)]).toEqual(['4 s', '2 min', '2 h']);
});

it('counts of any length are grouped exactly, and what is no whole number is left as it is', () => {
  expect(groupedText('18435588552550705911377')).toBe('18,435,588,552,550,705,911,377');
  expect([groupedText('-1234'), groupedText('1.9021600978'), groupedText('')]).toEqual([
    '-1,234',
    '1.9021600978',
    '',
  ]);
  expect([counted(1, 'digit'), counted(4_096, 'term')]).toEqual(['1 digit', '4,096 terms']);
});
