/**
 * What the page is made of, held in memory: the files of web/ and the two libraries it uses. Each is compressed once,
 * when it is first asked for, and known by a digest, so that a browser that has it is not sent it again.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { digestOf } from './etag.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export type Encoding = 'br' | 'gzip' | 'identity';

interface PageFile {
  readonly type: string;
  /** Strong: of the uncompressed bytes, so the encoding stands with it. */
  etag(encoding: Encoding): string;
  body(encoding: Encoding): Promise<Buffer>;
}

interface PageFiles {
  /** By path, such as `/web/main.js`. */
  find(path: string): PageFile | null;
  /** Of the page's inline import map, as a source of the Content-Security-Policy. */
  readonly importMapHash: string;
}

const brotli = promisify(brotliCompress);

/** Brotli at its best would keep the first visitor waiting for half a second. */
const compress = {
  br: (bytes: Buffer) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: promisify(gzip),
} as const;

export function readPageFiles(): PageFiles {
  const files = new Map<string, PageFile>();
  const add = (path: string, from: URL) => files.set(path, pageFile(path, readFileSync(from)));
  const web = new URL('../../web/', import.meta.url);
  for (const name of globSync('**/*.{js,css,svg,html}', { cwd: web })) {
    const path = name.replaceAll('\\', '/');
    add(path === 'index.html' ? '/' : `/web/${path}`, new URL(path, web));
  }
  add('/vendor/centrifuge.js', new URL(import.meta.resolve('centrifuge')));
  // Its package names another file to Node than to browsers.
  add('/vendor/uplot.js', new URL(import.meta.resolve('uplot/dist/uPlot.esm.js')));
  add('/vendor/uplot.css', new URL(import.meta.resolve('uplot/dist/uPlot.min.css')));
  const html = readFileSync(new URL('index.html', web), 'utf8');
  const map = /<script type="importmap">([^<]*)<\/script>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(map).digest('base64');
  return { find: (path) => files.get(path) ?? null, importMapHash: `'sha256-${hash}'` };
}

function pageFile(path: string, bytes: Buffer): PageFile {
  const digest = digestOf(bytes);
  const bodies = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(bytes)]]);
  return {
    type: types[extname(path) || '.html'] ?? 'application/octet-stream',
    etag: (encoding) => `"${digest}-${encoding}"`,
    body(encoding) {
      if (encoding === 'identity') return Promise.resolve(bytes);
      const known = bodies.get(encoding) ?? compress[encoding](bytes);
      bodies.set(encoding, known);
      return known;
    },
  };
}

/** The best encoding that an Accept-Encoding header allows; a quality of 0 forbids one. */
export function chooseEncoding(accepted: string | undefined): Encoding {
  const allowed = (accepted ?? '')
    .split(',')
    .map((part) =>
      part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/),
    )
    .filter(([, quality]) => quality === undefined || Number(quality) > 0)
    .map(([name]) => name);
  if (allowed.includes('br')) return 'br';
  return allowed.includes('gzip') ? 'gzip' : 'identity';
}
