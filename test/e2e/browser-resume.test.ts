/**
 * Real browsers come back by themselves: the native EventSource with its Last-Event-ID, the stock client with its
 * position, in several tabs at once, whatever is killed under them.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, visit } from '../support/browser.ts';
import { judgeTold, toldIn, type Watched, watchIn } from '../support/browser-watch.ts';
import { eventually } from '../support/eventually.ts';
import { kill, sessionsOf } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';

const TABS = 3;
const limits = { reconnectMinMs: 50, reconnectMaxMs: 150, sprintIntervalMs: 40, intensity: 100 };
const env = { ZENO_LIMITS: JSON.stringify(limits) };
const ways = ['sse', 'webSocket'] as const;

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);

afterAll(() => browser.close());

/** Tabs of one browser that all watch the same run, each in both ways. */
async function openTabs(url: string): Promise<readonly Page[]> {
  const { page } = await visit(browser, url);
  const others = Array.from({ length: TABS - 1 }, () => page.context().newPage());
  const tabs = [page, ...(await Promise.all(others))];
  for (const tab of tabs) {
    if (tab !== page) await tab.goto(url);
    await watchIn(tab, 'leibniz');
  }
  return tabs;
}

async function until(tab: Page, what: string, is: (told: Watched) => boolean): Promise<void> {
  await eventually(what, async () => is(await toldIn(tab)), 20_000);
}

/** Each tab has heard so many more, in both ways. */
async function more(tabs: readonly Page[], count: number): Promise<void> {
  for (const tab of tabs) {
    const now = await toldIn(tab);
    await until(tab, `${count} more`, (told) =>
      ways.every((way) => told[way].length >= now[way].length + count),
    );
  }
}

async function expectWhole(tabs: readonly Page[], recoveries: number): Promise<void> {
  for (const tab of tabs) {
    const told = await toldIn(tab);
    for (const way of ways) expect(judgeTold(told[way]), way).toEqual({ recoveries, snapshots: 1 });
  }
}

it('in every tab both ways resume when their sessions are killed, and when the node is killed and started again', async () => {
  const data = temporaryFolder();
  const first = await startNode({ data, env });
  const tabs = await openTabs(first.url);
  await more(tabs, 3);

  for (const path of await sessionsOf(first.url)) await kill(first.url, { path });
  for (const tab of tabs)
    await until(tab, 'a second connection', ({ connected }) => ways.every((way) => connected[way] >= 2));
  await more(tabs, 3);
  await expectWhole(tabs, 1);

  await first.process.stop('SIGKILL');
  await startNode({ data, env: { ...env, ZENO_PORT: new URL(first.url).port } });
  for (const tab of tabs)
    await until(tab, 'a third connection', ({ connected }) => ways.every((way) => connected[way] >= 3));
  await more(tabs, 3);
  await expectWhole(tabs, 2);
});

it('no tab notices that the listener or the hub was killed', async () => {
  const { url } = await startNode({ data: temporaryFolder(), env });
  const tabs = await openTabs(url);
  await more(tabs, 3);
  for (const path of ['root/edge/listener', 'root/broadcast/hubs/leibniz']) {
    expect((await kill(url, { path })).status).toBe(200);
    await more(tabs, 3);
  }
  await expectWhole(tabs, 0);
  for (const tab of tabs) expect((await toldIn(tab)).connected).toEqual({ sse: 1, webSocket: 1 });
});
