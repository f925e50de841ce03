/** Debian's Chromium for one test file, and a page that keeps what goes wrong in it. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const { CHROMIUM_PATH: executablePath = '/usr/bin/chromium' } = process.env;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface Visit {
  readonly page: Page;
  /** Errors of scripts and violations of the policy; a connection that is refused while a node is down is none. */
  readonly faults: string[];
}

type Look = NonNullable<Parameters<Browser['newContext']>[0]>;

/** In a context of its own, so without anybody's login. */
export async function visit(browser: Browser, url: string, look: Look = {}): Promise<Visit> {
  const context = await browser.newContext(look);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()))
      faults.push(message.text());
  });
  await page.goto(url);
  return { page, faults };
}
