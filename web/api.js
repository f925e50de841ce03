/** Requests to the node. A refusal is thrown with the sentence the node says it with, which tells what to do next. */

export class Refused extends Error {
  /** @param {number} status @param {string} detail */
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/**
 * @template T
 * @param {string} path @param {{ method?: string, body?: unknown }} [options]
 * @returns {Promise<T>} The answer's JSON; null where it has none.
 */
export async function api(path, { method = 'GET', body } = {}) {
  const init = body === undefined ? { method } : { method, headers: json, body: JSON.stringify(body) };
  const response = await fetch(path, init);
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, detailOf(text, response.status));
  return JSON.parse(text === '' ? 'null' : text);
}

/** @type {Promise<boolean> | null} */
let tokenTaken = null;

/** Whether reading takes a token here, as the node tells somebody without one. An answer is kept. */
export function takesToken() {
  tokenTaken ??= fetch('/v1/series', { method: 'HEAD', credentials: 'omit' }).then(
    ({ ok, status }) => {
      if (!ok && status !== 401) tokenTaken = null;
      return status === 401;
    },
    () => {
      tokenTaken = null;
      return false;
    },
  );
  return tokenTaken;
}

const json = { 'content-type': 'application/json' };

/** @param {string} text @param {number} status */
function detailOf(text, status) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return `The node answered ${status}. Try again in a moment.`;
  }
}
