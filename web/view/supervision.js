/** The supervision tree, each process with a button that kills it, and the feed of what happens in it. */
/** @import { KillReport, SupervisionEvent, TreeView } from '../../src/protocols/wire/supervision.ts' */
/** @import { Row } from '../model/tree.js' */
import { api, Refused } from '../api.js';
import { latency } from '../model/format.js';
import { renewed, rows } from '../model/tree.js';
import { h, notice, place, setText } from './element.js';

const lookAgainMs = 2_000;
/** After an event; several come together. */
const settleMs = 120;
const eventsShown = 60;
/** Children of one process that the server shows at once. */
const mostShown = 100;

/** @param {{ isLoggedIn: () => boolean, forget: () => void }} account */
export function supervisionView(account) {
  const tree = h('ul', { class: 'tree', role: 'tree', 'aria-label': 'Processes' });
  const events = h('ol', { class: 'events', 'aria-label': 'What happens' });
  const verdict = h(
    'p',
    { class: 'verdict', 'aria-live': 'polite' },
    'Kill any process: the tree heals, the curve goes on.',
  );
  const pause = h(
    'button',
    { type: 'button', class: 'quiet', 'aria-pressed': 'false', click: togglePause },
    'pause',
  );
  place('supervision').replaceChildren(
    h('h2', {}, 'Processes'),
    verdict,
    tree,
    h('h2', {}, 'What happens ', pause),
    events,
  );
  let limit = 32;
  let paused = false;
  /** @type {Row[]} */
  let before = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function togglePause() {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'go on' : 'pause';
  }

  async function look() {
    clearTimeout(timer);
    try {
      /** @type {TreeView} */
      const { root } = await api(`/v1/supervision/tree?limit=${limit}`);
      show(rows(root));
    } catch {
      // The connection says so itself; the tree is looked at again.
    }
    timer = setTimeout(look, lookAgainMs);
  }

  /** @param {Row[]} now */
  function show(now) {
    const fresh = renewed(before, now);
    before = now;
    /** @type {Map<string, HTMLElement>} */
    const known = new Map();
    for (const child of tree.children) {
      if (child instanceof HTMLElement) known.set(child.dataset.path ?? '', child);
    }
    const shown = now.flatMap((row) => {
      const item = known.get(row.node.path) ?? blank(row);
      fill(item, row);
      if (fresh.has(row.node.path)) flash(item);
      return row.more > 0 ? [item, moreOf(row)] : [item];
    });
    tree.replaceChildren(...shown);
  }

  /** @param {Row} row */
  function blank({ node, depth }) {
    const kill = h('button', { type: 'button', class: 'kill', click: () => void die(node.path) }, 'kill');
    kill.setAttribute('aria-label', `kill ${node.path}`);
    const item = h(
      'li',
      { role: 'treeitem', 'data-path': node.path, 'data-depth': String(depth), title: node.path },
      h('span', { class: 'dot' }),
      h('span', { class: 'id' }, shortened(node.id)),
      h('span', { class: 'pid' }),
      h('span', { class: 'restarts' }),
      kill,
    );
    item.dataset.kind = node.kind;
    item.style.setProperty('--depth', String(depth));
    return item;
  }

  /** @param {HTMLElement} item @param {Row} row */
  function fill(item, { node }) {
    item.dataset.state = node.state;
    const [, , pid, restarts] = item.children;
    if (pid) setText(pid, node.pid ?? node.state);
    const waiting = node.mailbox > 0 ? ` ✉ ${node.mailbox}` : '';
    if (restarts) setText(restarts, `${node.restarts > 0 ? `↻ ${node.restarts}` : ''}${waiting}`);
  }

  /** @param {Row} row */
  function moreOf({ node, depth, more }) {
    const show = () => {
      limit = Math.min(mostShown, limit * 4);
      void look();
    };
    const word = `${more} more of ${node.id}`;
    const button = () => h('button', { type: 'button', class: 'quiet', click: show }, word);
    const item = h('li', { class: 'more' }, limit < mostShown ? button() : word);
    item.style.setProperty('--depth', String(depth + 1));
    return item;
  }

  /** @param {string} path */
  async function die(path) {
    if (!account.isLoggedIn()) {
      notice(
        'Killing takes the admin: open the link that the node printed at its start, or log in with its token (top right).',
      );
      return;
    }
    try {
      /** @type {KillReport} */
      const report = await api('/v1/supervision/kill', { method: 'POST', body: { path } });
      setText(verdict, told(report));
    } catch (error) {
      if (error instanceof Refused && (error.status === 401 || error.status === 403)) account.forget();
      notice(error instanceof Error ? error.message : String(error));
    }
    void look();
  }

  void look();
  return {
    look: () => void look(),
    /** @param {SupervisionEvent} event */
    event(event) {
      clearTimeout(timer);
      timer = setTimeout(look, settleMs);
      if (paused || event.type === 'start') return;
      events.prepend(
        h(
          'li',
          { 'data-type': event.type, 'data-orderly': String(isOrderly(event)) },
          h('time', {}, event.at.slice(11, 19)),
          h('span', {}, sentence(event)),
        ),
      );
      while (events.children.length > eventsShown) events.lastElementChild?.remove();
    },
  };
}

/** @param {HTMLElement} item */
function flash(item) {
  item.classList.remove('back');
  void item.offsetWidth;
  item.classList.add('back');
}

/** @param {string} id */
const shortened = (id) => (id.length > 20 ? `${id.slice(0, 8)}…` : id);

/** @param {KillReport} report */
function told({ path, oldPid, newPid, outcome, restartLatencyUs, alsoRestarted }) {
  const others =
    alsoRestarted.length > 0
      ? `, with ${alsoRestarted.map((other) => other.path.split('/').at(-1)).join(', ')}`
      : '';
  switch (outcome) {
    case 'restarted':
      return `${path}: ${oldPid} killed, ${newPid} took its place in ${latency(restartLatencyUs ?? 0)}${others}.`;
    case 'not-restarted':
      return `${path}: ${oldPid} killed. It is not restarted; its client comes back by itself.`;
    case 'escalated':
      return `${path}: ${oldPid} killed; its supervisor gave up and passed it on${others}.`;
    case 'pending':
      return `${path}: ${oldPid} is being killed; see below what comes of it.`;
  }
}

/** Whether an end is as it should be. @param {SupervisionEvent} event */
const isOrderly = (event) => event.type === 'exit' && /^(normal|shutdown)/.test(event.reason);

/** @param {SupervisionEvent} event */
function sentence(event) {
  switch (event.type) {
    case 'exit':
      return `${event.path} ${event.pid} ended: ${event.reason}`;
    case 'restart':
      return `${event.path} restarted in ${latency(event.latencyUs)}: ${event.oldPid} → ${event.newPid}`;
    case 'intensity-exceeded':
      return `${event.path} gave up after ${event.restarts} restarts`;
    case 'note':
      return `${event.path}: ${event.note}`;
    case 'dead-letter':
    case 'dropped':
      return `${event.type} at ${event.path ?? 'nobody'} (${event.total} in all)`;
    case 'start':
      return `${event.path} started as ${event.pid}`;
  }
}
