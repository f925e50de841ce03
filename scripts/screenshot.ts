/**
 * Takes the pictures of the README from a real run: starts a node on a free port with a folder of its own, lets π
 * converge, kills a process on the way, and writes docs/images. `npm run screenshot`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const token = 'the-token-of-the-picture';
const START_DEADLINE_MS = 15_000;

const pictures = [
  { name: 'page-light', width: 1_680, height: 1_000, colorScheme: 'light' },
  { name: 'page-dark', width: 1_680, height: 1_000, colorScheme: 'dark' },
  { name: 'page-phone', width: 390, height: 844, colorScheme: 'dark' },
] as const;

const { CHROMIUM_PATH: executablePath = '/usr/bin/chromium' } = process.env;
const data = mkdtempSync(join(tmpdir(), 'zeno-picture-'));
const node = spawn(process.execPath, ['src/main.ts'], {
  cwd: root,
  env: { ...process.env, ZENO_PORT: '0', ZENO_DATA: data, ZENO_ADMIN_TOKEN: token, ZENO_LOG: 'warn' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await linkOf(node);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    for (const picture of pictures) await take(browser, url, picture);
  } finally {
    await browser.close();
  }
} finally {
  node.kill('SIGTERM');
  await new Promise((resolve) => node.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}

async function take(
  browser: Browser,
  url: string,
  { name, width, height, colorScheme }: (typeof pictures)[number],
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${url}/#token=${token}`);
  await page
    .locator('#received')
    .filter({ hasText: /^[2-9]\d/ })
    .waitFor();
  for (const path of ['root/compute/range-workers/0', 'root/broadcast/hubs/leibniz']) {
    await page.locator(`[data-path="${path}"] .kill`).click();
    await page.locator('.verdict').filter({ hasText: path }).waitFor();
  }
  await page
    .locator('#received')
    .filter({ hasText: /^[4-9]\d/ })
    .waitFor();
  await page.evaluate('scrollTo(0, 0)');
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  await page.close();
  process.stdout.write(`docs/images/${name}.png\n`);
}

/** The url in the line that the node prints when it is there. */
function linkOf({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the node did not start')), START_DEADLINE_MS).unref();
    let said = '';
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /^Zeno is at (http:\/\/[^/\s]+)/m.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
