import { describe, expect, test } from 'vitest';
import { treeView } from '../../../src/actors/tree-view.ts';
import type { TreeNode } from '../../../src/protocols/wire/supervision.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { createSystem, type System } from '../../../src/runtime/system.ts';
import { dynamicSupervisor, supervisor } from '../../../src/supervision/supervisor.ts';
import { startChild } from '../../../src/supervision/supervisor-admin.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { listeningServer } from './listening-server.ts';

const deps = { random: seededRandom(4) };

/** root over `one` and `many`, which has so many children, `c0` … */
async function world(count: number): Promise<{ system: System; root: Pid }> {
  const system = createSystem({ name: 'stage', clock: manualClock(), mailboxMax: 1_000 });
  const child = (id: string) => ({ id, start: () => listeningServer<never, string>() });
  const many = dynamicSupervisor<string>({ strategy: 'simple_one_for_one', child }, deps);
  const children = [
    { id: 'one', start: () => listeningServer() },
    { id: 'many', start: () => many },
  ];
  const spawned = await system.spawn(supervisor({ strategy: 'one_for_one', children }, deps), { id: 'root' });
  if (!spawned.ok) throw new Error('no root');
  const pid = system.inspect(spawned.pid)?.children?.[1]?.pid;
  for (let index = 0; index < count; index += 1) {
    // The pid is that of the dynamic supervisor above.
    await startChild(system, pid as Parameters<typeof startChild<string>>[1], `c${index}`);
  }
  return { system, root: spawned.pid };
}

function view(w: { system: System; root: Pid }, query: Partial<Parameters<typeof treeView>[2]>): TreeNode {
  const answer = treeView(w.system, w.root, { path: null, after: null, limit: null, ...query }, 100);
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
}

describe('the tree', () => {
  test('shows every process under its path, kind, pid and strategy', async () => {
    const root = view(await world(1), {});
    expect(root).toMatchObject({
      id: 'root',
      path: 'root',
      kind: 'supervisor',
      strategy: 'one_for_one',
      state: 'running',
      childCount: 2,
      next: null,
      children: [
        { id: 'one', path: 'root/one', kind: 'worker', children: [], childCount: 0, mailbox: 0, restarts: 0 },
        {
          id: 'many',
          kind: 'supervisor',
          strategy: 'simple_one_for_one',
          children: [{ path: 'root/many/c0' }],
        },
      ],
    });
    expect(root.children[0]).not.toHaveProperty('strategy');
  });

  test('can be begun at any path', async () => {
    const w = await world(2);
    expect(view(w, { path: 'root/many' })).toMatchObject({ path: 'root/many', childCount: 2 });
    expect(view(w, { path: 'root/many/c1' })).toMatchObject({ id: 'c1', children: [] });
  });

  test('of many children comes in pages, each child once, in the order of their start', async () => {
    const w = await world(250);
    const ids: string[] = [];
    const sizes: number[] = [];
    let after: string | null = null;
    do {
      const page: TreeNode = view(w, { path: 'root/many', after });
      expect(page.childCount).toBe(250);
      ids.push(...page.children.map(({ id }) => id));
      sizes.push(page.children.length);
      after = page.next;
    } while (after !== null);
    expect(sizes).toEqual([100, 100, 50]);
    expect(ids).toEqual(Array.from({ length: 250 }, (_, index) => `c${index}`));
    expect(view(w, {}).children[1]).toMatchObject({ childCount: 250, next: 'c99' });
  });

  test('gives fewer a page when asked, and never more than it allows', async () => {
    const w = await world(150);
    expect(view(w, { path: 'root/many', limit: 3 }).children).toHaveLength(3);
    expect(view(w, { path: 'root/many', limit: 10_000 }).children).toHaveLength(100);
    expect(view(w, { path: 'root/many', limit: 50, after: 'c99' })).toMatchObject({ next: null });
  });

  test.each(['', 'roo', 'root/', 'root/none', 'root/one/c0', 'root//one', '/root'])(
    'has nothing at %j',
    async (path) => {
      const w = await world(0);
      const answer = treeView(w.system, w.root, { path, after: null, limit: null }, 100);
      expect(answer).toMatchObject({ ok: false, code: 'unknown-process' });
    },
  );

  test('has nothing at all once the root has ended', async () => {
    const w = await world(0);
    w.system.exit(w.root, 'kill');
    expect(treeView(w.system, w.root, { path: null, after: null, limit: null }, 100).ok).toBe(false);
  });
});
