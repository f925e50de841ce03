/** Digests of what is sent, by which a browser that has it is not sent it again. */
import { createHash } from 'node:crypto';

/** 22 characters of base64url, of the bytes or the text in UTF-8. */
export function digestOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** Whether an If-None-Match header names `etag`, be it as a weak one. */
export function isKnown(header: string | undefined, etag: string): boolean {
  const known = header?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known?.includes(etag) ?? false;
}
