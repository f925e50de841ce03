/** The page in a real browser, of a node whose readers need tokens: as nobody, as somebody, and with few rights. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { adminToken } from '../support/node-process.ts';
import { sharedNode } from '../support/shared-node.ts';
import { inSeconds, mayWatch, mayWatchAll, secretToken, tokenSecret } from '../support/tokens.ts';

let browser: Browser;
const node = sharedNode({ env: { ZENO_AUTH: 'jwt', ZENO_JWT_SECRET: tokenSecret } });

beforeAll(async () => {
  browser = await launchBrowser();
  return () => browser.close();
}, 60_000);

async function received(page: Page): Promise<number> {
  return Number((await page.locator('#received').innerText()).replaceAll(',', ''));
}

async function moreEstimates(page: Page): Promise<void> {
  const before = await received(page);
  await eventually('estimates', async () => (await received(page)) > before + 3);
}

async function logIn(page: Page, token: string): Promise<void> {
  await page.locator('.login summary').click();
  await page.locator('.login input').fill(token);
  await page.locator('.login input').press('Enter');
  await page.locator('.badge', { hasText: 'logged in' }).waitFor();
}

/** What the API answers from now on: statuses and paths. */
function answers(page: Page): string[] {
  const all: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/v1/')) all.push(`${response.status()} ${pathname}`);
  });
  return all;
}

const phase = (page: Page, text: string) => page.locator('#phase').filter({ hasText: text }).waitFor();
const denied = (page: Page) =>
  page.locator('.runs section').filter({ hasText: 'not permitted by your token' });

describe.each(['websocket', 'sse'])('by %s the page', (transport) => {
  async function enter() {
    const visited = await visit(browser, `${node.url}/healthz`);
    await visited.page.evaluate((name) => localStorage.setItem('transport', name), transport);
    return visited;
  }

  it('shows what the token of its link permits', async () => {
    const { page, faults } = await enter();
    const token = await secretToken({ sub: 'ada', exp: inSeconds(300), ...mayWatchAll });
    await page.goto(`${node.url}/#token=${token}`);
    await moreEstimates(page);
    expect(page.url()).not.toContain(token);
    expect(faults).toEqual([]);
  });

  it('shows nothing and asks for nothing before a login and after its end, and is live between', async () => {
    const { page, faults } = await enter();
    const asked = answers(page);
    async function expectNothing(): Promise<void> {
      await phase(page, 'log in to read');
      await page.locator('.verdict', { hasText: 'Log in to see the processes.' }).waitFor();
      expect(await page.locator('.kill, .runs a, .controls button, .events li').count()).toBe(0);
      expect(await page.locator('#run-state').innerText()).toBe('not logged in');
      expect(await page.locator('#figure-n').innerText()).toBe('–');
      const soFar = asked.length;
      // Longer than it takes to look at the tree or the list again.
      await page.waitForTimeout(2_500);
      expect(asked.slice(soFar)).toEqual([]);
    }
    await page.goto(node.url);
    await expectNothing();
    await logIn(page, adminToken);
    await moreEstimates(page);
    await phase(page, 'live');
    await page.locator('.kill').first().waitFor();
    await page.locator('button', { hasText: 'log out' }).click();
    await expectNothing();
    await logIn(page, adminToken);
    await moreEstimates(page);
    expect(asked.filter((answer) => answer.startsWith('404'))).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('says that a login is over, and goes on with the next one', async () => {
    const { page } = await enter();
    await page.goto(node.url);
    await logIn(page, await secretToken({ sub: 'ada', exp: inSeconds(6), ...mayWatchAll }));
    await moreEstimates(page);
    await phase(page, 'your login is over: log in again');
    expect(await page.locator('.kill, .runs a').count()).toBe(0);
    await logIn(page, await secretToken({ sub: 'ada', ...mayWatchAll }));
    await moreEstimates(page);
  });

  it('says of what a token does not permit that it does not, and does not ask for it', async () => {
    const { page } = await enter();
    await page.goto(node.url);
    await phase(page, 'log in to read');
    const asked = answers(page);
    await logIn(page, await secretToken({ sub: 'ada', ...mayWatch('lobby', 'leibniz') }));
    await moreEstimates(page);
    await denied(page).locator('[data-run="basel"]').waitFor();
    await page.locator('.runs section', { hasText: 'π' }).locator('[data-run="leibniz"]').waitFor();
    await page.locator('.verdict', { hasText: 'not permitted by your token' }).waitFor();
    await page.reload();
    await moreEstimates(page);
    await denied(page).locator('[data-run="basel"]').waitFor();
    expect(asked.filter((answer) => answer.startsWith('4'))).toEqual([]);
    await page.locator('[data-run="basel"]').click();
    await page.locator('#run-state', { hasText: 'not permitted' }).waitFor();
    expect(await page.locator('.legend').innerText()).toContain('Not permitted by your token.');
    await phase(page, 'live');
  });

  it('says so too where the list of runs is not permitted', async () => {
    const { page } = await enter();
    const token = await secretToken({ sub: 'ada', ...mayWatch('leibniz') });
    await page.goto(`${node.url}/#token=${token}`);
    await moreEstimates(page);
    await page.locator('#catalogue', { hasText: 'The list of runs is not permitted' }).waitFor();
  });

  it('does not ask twice for what it was refused, where it knows nothing of the token', async () => {
    const { page } = await enter();
    const token = await secretToken({ sub: 'ada', ...mayWatch('lobby', 'leibniz', 'zeta3') });
    await page.evaluate(async (own) => {
      const headers = { 'content-type': 'application/json' };
      await fetch('/v1/login', { method: 'POST', headers, body: JSON.stringify({ token: own }) });
    }, token);
    const asked = answers(page);
    await page.goto(node.url);
    await denied(page).locator('[data-run="basel"]').waitFor();
    await page.locator('[data-run="zeta3"]').click();
    await page.locator('#run-state', { hasText: 'running' }).waitFor();
    const soFar = asked.length;
    // Longer than it takes to ask again for what has failed in passing.
    await page.waitForTimeout(4_000);
    expect(asked.slice(soFar).filter((answer) => answer.startsWith('403'))).toEqual([]);
    const ofRuns = asked.filter((answer) => answer.startsWith('403 /v1/series/'));
    expect(ofRuns).toContain('403 /v1/series/basel');
    expect(ofRuns.length).toBe(new Set(ofRuns).size);
  });
});

it('tells with which token to watch from elsewhere', async () => {
  const { page } = await visit(browser, `${node.url}/#token=${adminToken}`);
  await page.locator('.snippets summary').click();
  const ways = page.locator('.snippets figure');
  await ways.filter({ hasText: '-H "Authorization: Bearer $TOKEN"' }).waitFor();
  await ways.filter({ hasText: '/v1/login' }).waitFor();
  await ways.filter({ hasText: '{ token })' }).filter({ hasText: 'new Centrifuge' }).waitFor();
});

it('stays logged in where a kill takes more than a good login permits', async () => {
  const { page } = await visit(browser, node.url);
  await logIn(page, await secretToken({ sub: 'ada', ...mayWatchAll }));
  await page.locator('.kill').first().click();
  await page.locator('#notice', { hasText: 'takes an admin' }).waitFor();
  await moreEstimates(page);
  expect(await page.locator('.badge', { hasText: 'logged in' }).count()).toBe(1);
});
