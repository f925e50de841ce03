/** The page's arithmetic, without a page. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LobbyItem } from '../../../src/protocols/wire/lobby.ts';
import type { TreeNode } from '../../../src/protocols/wire/supervision.ts';
import { arrived, begun, nothingSeen } from '../../../web/model/continuity.js';
import { columns, extended } from '../../../web/model/curve.js';
import { splitDigits, widthOf } from '../../../web/model/digits.js';
import { age, latency } from '../../../web/model/format.js';
import { applied, emptyLobby, listed } from '../../../web/model/lobby.js';
import { renewed, rows } from '../../../web/model/tree.js';

const at = (offset: number, epoch = 'e') => ({ epoch, offset });

describe('digits', () => {
  it('are proven as far as both bounds share them, and the estimate goes on only where it agrees', () => {
    const bounds = { lower: '3.14159', upper: '3.14162' };
    expect(splitDigits({ ...bounds, decimal: '3.14160' })).toEqual({ proven: '3.141', rest: '60' });
    expect(splitDigits({ ...bounds, decimal: '3.1408' })).toEqual({ proven: '3.141', rest: '59' });
    expect(splitDigits({ lower: '2.9', upper: '3.2', decimal: '3' })).toEqual({ proven: '', rest: '3' });
    expect(splitDigits({ lower: null, upper: null, decimal: '12' })).toEqual({ proven: '', rest: '12' });
  });

  it('are subtracted exactly, however many the bounds share', () => {
    expect(widthOf('3.14159265358979323', '3.14159265358979324')).toBe(1e-17);
    expect(widthOf('-0.5', '1')).toBe(1.5);
  });
});

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

describe('the curve', () => {
  it('stays sparse, rises in n, and ends with the newest point', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 400 }),
        (steps) => {
          let points: ReturnType<typeof extended> = [];
          let n = 0;
          for (const step of steps) {
            n += step;
            points = extended(points, [n, 1 / n]);
          }
          const [ns] = columns(points);
          expect(ns.at(-1)).toBe(n);
          expect(ns).toEqual([...new Set(ns)].toSorted((a, b) => a - b));
          expect(ns.length).toBeLessThanOrEqual(Math.ceil(Math.log10(n + 1) + 1) * 48 + 2);
        },
      ),
    );
  });

  it('begins anew with a run that does, and has no place for a width of nothing', () => {
    const points = extended(extended([], [100, 0.5]), [200, 0.25]);
    expect(extended(points, [4, 1])).toEqual([[4, 1]]);
    expect(extended(points, [300, 0])).toBe(points);
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
