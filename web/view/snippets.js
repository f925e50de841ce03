/** How to have this run's estimates elsewhere, ready to be copied. */
import { h } from './element.js';

/** @param {string} run */
export function snippets(run) {
  const { origin, host } = location;
  const socket = `${location.protocol.replace('http', 'ws')}//${host}/connection/websocket`;
  const ways = [
    ['curl', `curl -N ${origin}/v1/series/${run}/events`],
    [
      'EventSource',
      `new EventSource('${origin}/v1/series/${run}/events')\n  .addEventListener('estimate', ({ data }) => console.log(JSON.parse(data).decimal));`,
    ],
    [
      'centrifuge',
      `const client = new Centrifuge('${socket}');\nconst sub = client.newSubscription('${run}');\nsub.on('publication', ({ data }) => console.log(data.decimal));\nsub.subscribe();\nclient.connect();`,
    ],
  ];
  return h(
    'details',
    { class: 'snippets' },
    h('summary', {}, 'Watch it from elsewhere'),
    ...ways.map(([name = '', text = '']) => {
      const copy = h(
        'button',
        { type: 'button', class: 'quiet', click: () => void copyText(copy, text) },
        'copy',
      );
      return h('figure', {}, h('figcaption', {}, name, copy), h('pre', {}, h('code', {}, text)));
    }),
  );
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
