/** The supervision tree as it is shown: read off the living processes, a page of children at a time. */

import type { TreeQuery } from '../protocols/ports/service.ts';
import { type Answer, done, refuse } from '../protocols/refusal.ts';
import type { TreeNode } from '../protocols/wire/supervision.ts';
import type { ChildInfo } from '../runtime/behaviour.ts';
import type { Pid } from '../runtime/pid.ts';
import type { System } from '../runtime/system.ts';

/** How deep a tree may be; a guard against one that bites its own tail. */
const DEPTH_MAX = 16;

/** The process at `query.path` with its descendants; every level shows its first children, this one from `after` on. */
export function treeView(system: System, root: Pid, query: TreeQuery, pageMax: number): Answer<TreeNode> {
  const start = findPath(system, root, query.path);
  if (start === null) return refuse('unknown-process', `There is no process at ${query.path}.`);
  const { after } = query;
  if (after !== null && !childrenOf(system, start).some(({ id }) => id === after)) {
    return refuse('unknown-process', `There is no child ${after} (any more) to go on after; begin again.`);
  }
  const page = Math.min(query.limit ?? pageMax, pageMax);
  return done(node(system, start, { after, page }, 0));
}

/** The child at a path; null for none. The root itself is shown like a child of nobody. */
export function findPath(system: System, root: Pid, path: string | null): ChildInfo | null {
  const info = system.inspect(root);
  if (info === null) return null;
  const rootInfo: ChildInfo = {
    id: info.id,
    path: info.path,
    kind: info.kind,
    state: 'running',
    pid: root,
    restarts: 0,
  };
  if (path === null) return rootInfo;
  const [first, ...ids] = path.split('/');
  if (first !== info.id) return null;
  let at: ChildInfo | null = rootInfo;
  for (const id of ids)
    at = at === null ? null : (childrenOf(system, at).find((child) => child.id === id) ?? null);
  return at;
}

function childrenOf(system: System, { pid }: ChildInfo): readonly ChildInfo[] {
  return (pid === null ? null : system.inspect(pid))?.children ?? [];
}

interface Page {
  readonly after: string | null;
  readonly page: number;
}

function node(system: System, info: ChildInfo, { after, page }: Page, depth: number): TreeNode {
  const living = info.pid === null ? null : system.inspect(info.pid);
  const all = living?.children ?? [];
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const shown = depth < DEPTH_MAX ? all.slice(from, from + page) : [];
  const more = from + shown.length < all.length;
  const strategy = living?.strategy;
  return {
    id: info.id,
    path: info.path,
    kind: info.kind,
    ...(strategy !== undefined && { strategy }),
    state: info.state,
    pid: info.pid?.id ?? null,
    restarts: info.restarts,
    mailbox: living?.mailbox ?? 0,
    childCount: all.length,
    children: shown.map((child) => node(system, child, { after: null, page }, depth + 1)),
    next: more ? (shown.at(-1)?.id ?? null) : null,
  };
}
