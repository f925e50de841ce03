/** Elements in one expression. Text goes in as text, never as markup. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | boolean | ((event: Event) => void)>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** The element of the page with this id; a missing one is a bug of the page. @param {string} id */
export function place(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** Sets text only where it differs, so that nothing is laid out anew for nothing. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Says something to the person, for a while. @param {string} text */
export function notice(text) {
  const element = place('notice');
  element.textContent = text;
  element.classList.add('shown');
  clearTimeout(hide);
  hide = setTimeout(() => element.classList.remove('shown'), 7_000);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let hide;
