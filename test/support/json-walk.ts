/** Looking through JSON documents: every value in one, and what a pointer leads to. */

export type Found = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Found {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every object in `value`, itself included, with where it stands. */
export function objectsIn(value: unknown, path = '#'): { readonly path: string; readonly found: Found }[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => objectsIn(entry, `${path}/${index}`));
  if (!isRecord(value)) return [];
  const below = Object.entries(value).flatMap(([key, entry]) =>
    objectsIn(entry, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return [{ path, found: value }, ...below];
}

/** What `#/a/b` leads to; undefined for nothing. */
export function at(document: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, step) =>
        Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined,
      document,
    );
}

/** References that lead nowhere. */
export function dangling(document: unknown): readonly string[] {
  return objectsIn(document)
    .map(({ found }) => child(found, '$ref'))
    .filter((reference) => typeof reference === 'string')
    .filter((reference) => !reference.startsWith('#/') || at(document, reference) === undefined);
}

export function child(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((within, key) => (isRecord(within) ? within[key] : undefined), value);
}
