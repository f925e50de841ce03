/** The supervision tree as rows, and what has changed between two looks at it. */
/** @import { TreeNode } from '../../src/protocols/wire/supervision.ts' */

/** @typedef {{ node: TreeNode, depth: number, more: number }} Row `more`: children that are not shown. */

/** Depth first, parents before their children. @param {TreeNode} root @param {number} [depth] @returns {Row[]} */
export function rows(root, depth = 0) {
  const below = root.children.flatMap((child) => rows(child, depth + 1));
  return [{ node: root, depth, more: root.childCount - root.children.length }, ...below];
}

/**
 * Paths that another process stands at now than before.
 * @param {readonly Row[]} before @param {readonly Row[]} after @returns {ReadonlySet<string>}
 */
export function renewed(before, after) {
  const known = new Map(before.map(({ node }) => [node.path, node.pid]));
  return new Set(
    after
      .filter(({ node }) => known.has(node.path) && known.get(node.path) !== node.pid)
      .map(({ node }) => node.path),
  );
}
