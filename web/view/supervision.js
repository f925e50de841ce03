/** The supervision tree, each process with a button that kills it, and the feed of what happens in it. */
/** @import { KillReport, SupervisionEvent, TreeView } from '../../src/protocols/wire/supervision.ts' */
/** @import { Row } from '../model/tree.js' */
import { api, Refused, takesToken } from '../api.js';
import { isOrderly, isWorthTelling, sentence, told } from '../model/happenings.js';
import { renewed, rows } from '../model/tree.js';
import { h, notice, place, setText } from './element.js';

const lookAgainMs = 2_000;
/** After an event; several come together. */
const settleMs = 120;
const eventsShown = 60;
/** Children of one process that the server shows at once. */
const mostShown = 100;
const notPermitted = 'The processes are not permitted by your token.';
const invitation = 'Kill any process: the tree heals, the curve goes on.';

/** @param {{ isLoggedIn: () => boolean, forget: () => void, mayWatch: (channel: string) => boolean }} account */
export function supervisionView(account) {
  const tree = h('ul', { class: 'tree', role: 'tree', 'aria-label': 'Processes' });
  const events = h('ol', { class: 'events', 'aria-label': 'What happens' });
  const verdict = h('p', { class: 'verdict', 'aria-live': 'polite' }, invitation);
  const pause = h(
    'button',
    { type: 'button', class: 'quiet', 'aria-pressed': 'false', click: togglePause },
    'pause',
  );
  const happens = h('h2', {}, 'What happens ', pause);
  place('supervision').replaceChildren(h('h2', {}, 'Processes'), verdict, tree, happens, events);
  let limit = 32;
  let paused = false;
  /** @type {Row[]} */
  let before = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Counts the looks: only the newest is shown, and says when the next one is. */
  let turn = 0;
  /** Nothing may be seen, as things are. */
  let closed = false;

  function togglePause() {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'go on' : 'pause';
  }

  async function look() {
    if (closed) return;
    if (!account.mayWatch('supervision')) {
      close(notPermitted);
      return;
    }
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    try {
      /** @type {TreeView} */
      const { root } = await api(`/v1/supervision/tree?limit=${limit}`);
      if (mine === turn) show(rows(root));
    } catch (error) {
      // Any other failure the connection tells of itself; the tree is looked at again.
      const status = error instanceof Refused ? error.status : 0;
      if (mine === turn && status === 403) close(notPermitted);
      if (mine === turn && status === 401) close('Log in to see the processes.');
    }
    if (mine === turn) timer = setTimeout(look, lookAgainMs);
  }

  /** Shows nothing but why there is nothing to see, until it begins anew. @param {string} why */
  const close = (why) => blank(true, why);

  /** @param {boolean} isClosed @param {string} text */
  function blank(isClosed, text) {
    closed = isClosed;
    happens.hidden = isClosed;
    turn += 1;
    clearTimeout(timer);
    before = [];
    tree.replaceChildren();
    events.replaceChildren();
    setText(verdict, text);
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
      const item = known.get(row.node.path) ?? itemOf(row);
      fill(item, row);
      if (fresh.has(row.node.path)) flash(item);
      return row.more > 0 ? [item, moreOf(row)] : [item];
    });
    tree.replaceChildren(...shown);
  }

  /** @param {Row} row */
  function itemOf({ node, depth }) {
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
      if (await isLoginOver(error)) account.forget();
      notice(error instanceof Error ? error.message : String(error));
    }
    void look();
  }

  return {
    /** Somebody else looks, or may be let see more than before. */
    begin: () => blank(false, invitation),
    close,
    look: () => void look(),
    /** @param {SupervisionEvent} event */
    event(event) {
      if (closed) return;
      clearTimeout(timer);
      timer = setTimeout(look, settleMs);
      if (paused || !isWorthTelling(event)) return;
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

/**
 * Whether a refusal says that there is no login any more. Where a token is needed to read, a login that is over is
 * nobody's (401), and 403 says that a good one is no admin's.
 * @param {unknown} error
 */
async function isLoginOver(error) {
  if (!(error instanceof Refused)) return false;
  return error.status === 401 || (error.status === 403 && !(await takesToken()));
}

/** @param {HTMLElement} item */
function flash(item) {
  item.classList.remove('back');
  void item.offsetWidth;
  item.classList.add('back');
}

/** @param {string} id */
const shortened = (id) => (id.length > 20 ? `${id.slice(0, 8)}…` : id);
