/**
 * The page, put together: one transport at a time, one run in view, the list of runs and the tree beside it. It shows
 * what it is told and nothing else: no number on it is made up or smoothed here.
 */
/** @import { Live, RunListener } from './live/live.js' */
/** @import { RunView } from './../src/protocols/wire/run-view.ts' */
/** @import { TransportName } from './view/connection.js' */
import { api } from './api.js';
import { openEventSource } from './live/event-source.js';
import { openWebSocket } from './live/web-socket.js';
import { arrived, begun, nothingSeen } from './model/continuity.js';
import { applied, emptyLobby, listed } from './model/lobby.js';
import { accountView, applyTheme } from './view/account.js';
import { catalogueView } from './view/catalogue.js';
import { connectionView } from './view/connection.js';
import { runView } from './view/run.js';
import { supervisionView } from './view/supervision.js';

const firstRun = 'leibniz';

/** The run in view; empty until one is chosen. */
let run = '';

applyTheme();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);

const account = await accountView(beginAnew);
let transport = /** @type {TransportName} */ (
  localStorage.getItem('transport') === 'sse' ? 'sse' : 'websocket'
);
const connection = connectionView(transport, switchTo);
const catalogue = catalogueView(account.mayWatch);
const view = runView(account.isLoggedIn);
const supervision = supervisionView({
  ...account,
  forget() {
    account.forget();
    void describe();
  },
});

let seen = nothingSeen;
let lobby = emptyLobby;
/** @type {() => void} */
let stopWatching = () => {};
/** Null for who may read nothing. @type {Live | null} */
let live = connect();

/** @returns {Live} */
function connect() {
  const open = transport === 'sse' ? openEventSource : openWebSocket;
  return open({
    status(status) {
      if (status.phase === 'unauthorized') {
        turnedAway();
        return;
      }
      connection.status(status);
      if (status.phase === 'live') supervision.look();
    },
    lobby(update) {
      lobby = applied(lobby, update);
      list();
    },
    noLobby: catalogue.deny,
    mayWatch: account.mayWatch,
    event: supervision.event,
  });
}

/** Nothing that comes later is for us. */
function leave() {
  stopWatching();
  stopWatching = () => {};
  live?.close();
  live = null;
}

/** Somebody has logged in or out: nothing of before is left standing as if it were his, or went on. */
function beginAnew() {
  leave();
  blank();
  live = connect();
  watch();
}

function blank() {
  lobby = emptyLobby;
  catalogue.begin();
  supervision.begin();
  view.choose(run);
  list();
}

/** The node lets nobody read who is not logged in. It is asked again when somebody logs in. */
function turnedAway() {
  if (account.isLoggedIn()) account.forget();
  leave();
  blank();
  connection.status({ phase: 'unauthorized', detail: account.advice() });
  closeViews();
}

function closeViews() {
  view.close('not logged in', 'Reading takes a token here: log in, at the top right.');
  supervision.close('Log in to see the processes.');
}

/** What the list of runs says, of all and of the one in view. */
function list() {
  const item = lobby.items.get(run);
  if (item !== undefined) view.listed(item.state, item.watchers);
  catalogue.show(listed(lobby), run);
}

/** @param {TransportName} name */
function switchTo(name) {
  localStorage.setItem('transport', name);
  transport = name;
  connection.chosen(name);
  if (live === null) {
    beginAnew();
    return;
  }
  leave();
  live = connect();
  watch();
}

/** @type {RunListener} */
const listener = {
  snapshot(position, estimate) {
    seen = begun(seen, position);
    connection.counted(seen);
    view.begin(position.epoch);
    if (estimate !== null) show(estimate);
    void describe();
  },
  estimate(position, estimate) {
    seen = arrived(seen, position, estimate.skipped ?? 0);
    connection.counted(seen);
    show(estimate);
  },
  state: ({ state, reason }) => view.state(state, reason),
  recovered: () => {},
  ended: (why) => view.ended(why),
};

/** @param {import('./../src/protocols/wire/estimate.ts').Estimate} estimate */
function show(estimate) {
  view.estimate(estimate);
  if (performance.getEntriesByName('first-estimate').length === 0) performance.mark('first-estimate');
}

/** What HTTP tells of the run in view; asked again whenever its history begins anew. */
async function describe() {
  const asked = { run, live };
  try {
    /** @type {RunView} */
    const description = await api(`/v1/series/${run}`);
    if (asked.run === run && asked.live === live) view.describe(description);
  } catch {
    // The stream tells how the run is, and the next snapshot asks again.
  }
}

function watch() {
  seen = { ...seen, position: null };
  if (live === null) closeViews();
  else stopWatching = live.watch(run, listener);
}

function choose() {
  const asked = /^#\/([a-z0-9~-]+)$/.exec(location.hash)?.[1] ?? firstRun;
  if (asked === run) return;
  stopWatching();
  run = asked;
  view.choose(run);
  list();
  watch();
}

addEventListener('hashchange', choose);
choose();
