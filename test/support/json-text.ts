/**
 * Pieces of a JSON text, to the letter: what was stored and what came over a wire are compared as bytes, and parsing
 * and writing anew would hide a difference.
 */

/** Texts of the members of an object, by name. Throws unless `text` begins with one. */
export function membersOf(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = after(text, 0, '{');
  while (text[at] !== '}') {
    const name = endOfValue(text, at);
    const value = after(text, name, ':');
    const end = endOfValue(text, value);
    members.set(String(JSON.parse(text.slice(at, name))), text.slice(value, end));
    at = text[end] === ',' ? end + 1 : end;
    if (text[end] !== ',' && text[end] !== '}') throw new SyntaxError(`no object: ${text}`);
  }
  return members;
}

/** Texts of the elements of an array. Throws unless `text` begins with one. */
export function elementsOf(text: string): readonly string[] {
  const elements: string[] = [];
  let at = after(text, 0, '[');
  while (text[at] !== ']') {
    const end = endOfValue(text, at);
    elements.push(text.slice(at, end));
    at = text[end] === ',' ? end + 1 : end;
    if (text[end] !== ',' && text[end] !== ']') throw new SyntaxError(`no array: ${text}`);
  }
  return elements;
}

function after(text: string, at: number, sign: string): number {
  if (text[at] !== sign) throw new SyntaxError(`no ${sign} at ${at} of ${text}`);
  return at + 1;
}

/** Servers send JSON without blanks, so a value ends where its brackets, its quotes or its characters do. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (depth === 0 && /[,:\]}]/.test(sign)) return at;
    else if (sign === '}' || sign === ']') depth -= 1;
  }
  return text.length;
}
