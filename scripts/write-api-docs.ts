/**
 * Writes docs/openapi.json and docs/asyncapi.json as a real node serves them: starts one on a free port with a folder of
 * its own, asks it, and ends it. `npm run docs:api`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const START_DEADLINE_MS = 15_000;

const data = mkdtempSync(join(tmpdir(), 'zeno-api-docs-'));
const node = spawn(process.execPath, ['src/main.ts'], {
  cwd: root,
  env: { ...process.env, ZENO_PORT: '0', ZENO_DATA: data, ZENO_WORKERS: '1', ZENO_LOG: 'warn' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await linkOf(node);
  for (const name of ['openapi.json', 'asyncapi.json']) {
    const answer = await fetch(`${url}/${name}`);
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    const document: unknown = await answer.json();
    writeFileSync(join(root, 'docs', name), `${JSON.stringify(document, null, 2)}\n`);
    console.log(`docs/${name}`);
  }
} finally {
  if (node.exitCode === null) {
    node.kill('SIGTERM');
    await new Promise((resolve) => node.once('exit', resolve));
  }
  rmSync(data, { recursive: true, force: true });
}

/** The url in the line that the node prints when it is there. */
function linkOf({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    stdout?.once('close', () => reject(new Error('the node did not start')));
    setTimeout(() => reject(new Error('the node takes too long to start')), START_DEADLINE_MS).unref();
    let said = '';
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /^Zeno is at (http:\/\/[^/\s]+)/m.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
