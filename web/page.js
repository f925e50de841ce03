/**
 * The page: exchanges the token of the fragment for a login, lists the runs, and shows two of them live. It shows
 * what it is told and nothing else: no number on it is made up or smoothed here.
 */
/** @import { Estimate } from '../src/protocols/wire/estimate.ts' */
/** @import { LobbyView } from '../src/protocols/wire/lobby.ts' */
/** @import { Bye, StateChange } from '../src/protocols/wire/stream.ts' */

/** Run → what it is. */
const shown = new Map([
  ['leibniz', 'π = 4 − 4/3 + 4/5 − 4/7 + …'],
  ['basel', 'π = √(6 · (1 + 1/4 + 1/9 + 1/16 + …))'],
]);
const listEveryMs = 2_000;
const whole = new Intl.NumberFormat('en');

/** The element of this page for `selector`; a missing one is a bug of the page.
 * @param {ParentNode} within @param {string} selector @returns {HTMLElement} */
function find(within, selector) {
  const element = within.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return element;
}

/** The token is cleared from the address before it is used, so that it is in no history and no bookmark. */
async function login() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(null, '', location.pathname);
  const answer = await fetch('/v1/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  find(document, '#login').textContent = answer.ok
    ? 'You are logged in: you may kill processes over HTTP.'
    : 'That token is not valid; use the link that the node printed at its start.';
}

async function list() {
  const fault = find(document, '#fault');
  try {
    const answer = await fetch('/v1/series');
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    /** @type {LobbyView} */
    const view = await answer.json();
    if (view.snapshot) find(document, '#runs').replaceChildren(...view.series.map(rowOf));
    fault.textContent = '';
  } catch (error) {
    fault.textContent = `The list may be old: ${error instanceof Error ? error.message : error}.`;
  }
  setTimeout(list, listEveryMs);
}

/** @param {Extract<LobbyView, { snapshot: true }>['series'][number]} item */
function rowOf(item) {
  const row = document.createElement('tr');
  const cells = [item.run, item.state, whole.format(item.n), item.digits ?? '–', item.watchers];
  for (const cell of cells) row.insertCell().textContent = String(cell);
  return row;
}

/** EventSource resumes by itself from the last id it saw; when the server refuses it for good, the page says so.
 * @param {string} run @param {string} formula */
function watch(run, formula) {
  const template = document.querySelector('#card');
  if (!(template instanceof HTMLTemplateElement)) throw new Error('the page has no #card');
  const card = template.content.cloneNode(true);
  if (!(card instanceof DocumentFragment)) throw new Error('a template holds a fragment');
  const article = find(card, 'article');
  find(article, 'h2').textContent = run;
  find(article, '.formula').textContent = formula;
  find(document, '#live').append(article);
  const stream = find(article, '.stream');
  const source = new EventSource(`/v1/series/${run}/events?everyMs=100`);

  source.addEventListener('open', () => {
    stream.textContent = 'live';
  });
  source.addEventListener('error', () => {
    stream.textContent = source.readyState === EventSource.CLOSED ? 'refused' : 'reconnecting';
  });
  source.addEventListener('estimate', ({ data }) => show(article, JSON.parse(data)));
  source.addEventListener('snapshot', ({ data }) => {
    /** @type {{ estimate: Estimate | null }} */
    const { estimate } = JSON.parse(data);
    if (estimate !== null) show(article, estimate);
  });
  source.addEventListener('state', ({ data }) => {
    /** @type {StateChange} */
    const { state, reason } = JSON.parse(data);
    stream.textContent = reason === null ? state : `${state}: ${reason}`;
  });
  source.addEventListener('bye', ({ data }) => {
    /** @type {Bye} */
    const { reason } = JSON.parse(data);
    stream.textContent = `the server said goodbye (${reason})`;
  });
}

/** @param {HTMLElement} article @param {Estimate} estimate */
function show(article, { decimal, lower, upper, digits, n, rate }) {
  const texts = { decimal, lower, upper, digits, n: whole.format(n), rate: whole.format(rate) };
  for (const [name, text] of Object.entries(texts)) {
    find(article, `.${name}`).textContent = text === null ? '–' : String(text);
  }
}

for (const [run, formula] of shown) watch(run, formula);
await login();
await list();
