/**
 * Schemas with a name, an `$id`, stand in a document once, among its components, and are referred to from where they
 * are used. The schemas themselves stay as they are: validators compile them with everything in its place.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Stands for a schema that is being looked into, and may refer to itself. */
const inTheMaking = null;

export class References {
  /** By name. */
  readonly schemas = new Map<string, Json>();
  readonly #tuples: 'items' | 'prefixItems';

  /** `tuples`: the keyword of the document's JSON Schema; draft 7 says `items`, 2020-12 `prefixItems`. */
  constructor(tuples: 'items' | 'prefixItems') {
    this.#tuples = tuples;
  }

  /** The schema as it stands in the document; what has a name is remembered and referred to. */
  to(schema: unknown): Json {
    if (Array.isArray(schema)) return schema.map((entry) => this.to(entry));
    if (typeof schema !== 'object' || schema === null) return plain(schema);
    const { $id, ...fields } = { $id: undefined, ...schema };
    if (typeof $id !== 'string') return this.#fields(fields);
    const known = this.schemas.get($id);
    if (known === inTheMaking) return { $ref: pointer($id) };
    this.schemas.set($id, inTheMaking);
    const described = this.#fields(fields);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(described)) {
      throw new Error(`two schemas have the name ${$id}`);
    }
    this.schemas.set($id, described);
    return { $ref: pointer($id) };
  }

  #fields(schema: object): Json {
    const described: Record<string, Json> = {};
    for (const [key, value] of Object.entries(schema)) {
      if (value === undefined) continue;
      if (key === '$defs') for (const named of Object.values(value)) this.to(named);
      else if (key === '$ref') described[key] = pointer(value);
      else Object.assign(described, choice(key, value) ?? { [this.#keyword(key, value)]: this.to(value) });
    }
    return described;
  }

  /** The schemas here say a tuple as draft 7 does. */
  #keyword(key: string, value: unknown): string {
    if (this.#tuples === 'items') return key;
    if (key === 'items' && Array.isArray(value)) return 'prefixItems';
    return key === 'additionalItems' ? 'items' : key;
  }
}

/** A union of literals of one type as generators of clients like it best. */
function choice(key: string, value: unknown): { readonly [key: string]: Json } | null {
  if (key !== 'anyOf' || !Array.isArray(value)) return null;
  const literals: readonly unknown[] = value;
  const consts: Json[] = [];
  const types = new Set<Json>();
  for (const literal of literals) {
    if (typeof literal !== 'object' || literal === null || !('const' in literal && 'type' in literal))
      return null;
    consts.push(plain(literal.const));
    types.add(plain(literal.type));
  }
  const [type = null, ...others] = types;
  return others.length > 0 ? null : { type, enum: consts };
}

function pointer(name: string): string {
  return `#/components/schemas/${name}`;
}

function plain(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null) return value;
  throw new Error(`no part of a schema: ${String(value)}`);
}
