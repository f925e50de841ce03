/** How to have this run's estimates elsewhere, ready to be copied; with a token where one is needed. */
import { takesToken } from '../api.js';
import { h } from './element.js';

/** @param {string} run */
export function snippets(run) {
  const list = h('div', {});
  /** @param {boolean} withToken */
  const fill = (withToken) =>
    list.replaceChildren(...waysOf(run, withToken).map(([name, text]) => figure(name, text)));
  fill(false);
  const opened = async () => fill(await takesToken());
  return h(
    'details',
    { class: 'snippets', toggle: () => void opened() },
    h('summary', {}, 'Watch it from elsewhere'),
    list,
  );
}

/** @param {string} run @param {boolean} withToken @returns {[name: string, text: string][]} */
function waysOf(run, withToken) {
  const { origin, host } = location;
  const socket = `${location.protocol.replace('http', 'ws')}//${host}/connection/websocket`;
  const events = `${origin}/v1/series/${run}/events`;
  const source = `new EventSource('${events}')\n  .addEventListener('estimate', ({ data }) => console.log(JSON.parse(data).decimal));`;
  const subscribe = `const sub = client.newSubscription('${run}');\nsub.on('publication', ({ data }) => console.log(data.decimal));\nsub.subscribe();\nclient.connect();`;
  if (!withToken) {
    return [
      ['curl', `curl -N ${events}`],
      ['EventSource', source],
      ['centrifuge', `const client = new Centrifuge('${socket}');\n${subscribe}`],
    ];
  }
  return [
    ['curl', `curl -N -H "Authorization: Bearer $TOKEN" ${events}`],
    [
      'EventSource',
      `// It can send no token: log in with yours first, by which it becomes a cookie of this origin.\nawait fetch('${origin}/v1/login', {\n  method: 'POST',\n  headers: { 'content-type': 'application/json' },\n  body: JSON.stringify({ token }),\n});\n${source}`,
    ],
    ['centrifuge', `const client = new Centrifuge('${socket}', { token });\n${subscribe}`],
  ];
}

/** @param {string} name @param {string} text */
function figure(name, text) {
  const copy = h(
    'button',
    { type: 'button', class: 'quiet', click: () => void copyText(copy, text) },
    'copy',
  );
  return h('figure', {}, h('figcaption', {}, name, copy), h('pre', {}, h('code', {}, text)));
}

/** @param {HTMLElement} button @param {string} text */
async function copyText(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'copied';
  } catch {
    button.textContent = 'select it by hand';
  }
}
