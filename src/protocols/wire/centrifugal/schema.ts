/**
 * The schema of the protocol's binary format, read from `client.proto`. Its library takes longer to load than all the
 * rest of a start, so nothing of it is touched before the first client that speaks this format.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Root, Type } from 'protobufjs';

export type MessageName = 'Command' | 'Reply' | 'EmulationRequest';

const types = new Map<MessageName, Type>();
let root: Root | null = null;

/** Throws where the schema does not know it. */
export function typeOf(name: MessageName): Type {
  const known = types.get(name);
  if (known !== undefined) return known;
  root ??= readSchema();
  const type = root.lookupType(`centrifugal.client.${name}`);
  types.set(name, type);
  return type;
}

/** At once: who encodes a message can't wait for an import. */
function readSchema(): Root {
  const library: typeof import('protobufjs') = createRequire(import.meta.url)('protobufjs');
  const text = readFileSync(new URL('client.proto', import.meta.url), 'utf8');
  // Fields keep the names they have in JSON.
  return library.parse(text, { keepCase: true }).root;
}
