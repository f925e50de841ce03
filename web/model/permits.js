/**
 * What a token says that its holder may watch, so that the page need not ask for what it would be refused. The server
 * alone decides: this is read from a token that nobody has checked here, and is not known of every login.
 */

/** @typedef {{ channels: string[], wildcard: boolean }} Permit */
/** @typedef {Permit[] | null} Permits Null where everything is permitted, or nothing is known. */

/** @param {string} token @returns {Permits} */
export function permitsOf(token) {
  try {
    const [, payload = ''] = token.split('.');
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    /** @type {{ role?: string, caps?: { channels: string[], match?: string, allow: string[] }[] }} */
    const { role, caps = [] } = JSON.parse(new TextDecoder().decode(bytes));
    if (role === 'admin') return null;
    return caps
      .filter(({ allow, match = '' }) => allow.includes('sub') && (match === '' || match === 'wildcard'))
      .map(({ channels, match }) => ({ channels: [...channels], wildcard: match === 'wildcard' }));
  } catch {
    // No JWT, or one that the server refuses.
    return null;
  }
}

/** @param {Permits} permits @param {string} channel */
export function permitted(permits, channel) {
  if (permits === null) return true;
  return permits.some(({ channels, wildcard }) =>
    channels.some((name) => (wildcard ? fits(channel, name) : channel === name)),
  );
}

/** As the server does it: each piece is taken where it stands first. @param {string} text @param {string} pattern */
function fits(text, pattern) {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= end;
}
