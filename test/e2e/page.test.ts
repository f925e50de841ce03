/** The page in a real browser: over WebSocket and over EventSource, through whatever is killed from its own buttons. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, visit } from '../support/browser.ts';
import { adminToken, type RunningNode, startNode, temporaryFolder } from '../support/node-process.ts';

let browser: Browser;
let node: RunningNode;
const ends: (() => Promise<void>)[] = [];
const atEnd = (end: () => Promise<void>) => void ends.unshift(end);

beforeAll(async () => {
  const env = { ZENO_LIMITS: JSON.stringify({ intensity: 100 }) };
  [browser, node] = await Promise.all([
    launchBrowser(),
    startNode({ data: temporaryFolder(atEnd), env, atEnd }),
  ]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  for (const end of ends) await end();
});

const number = async (page: Page, id: string) =>
  Number((await page.locator(`#${id}`).innerText()).replaceAll(',', ''));

/** Waits until so many more estimates have come. */
async function more(page: Page, count: number): Promise<void> {
  const wanted = (await number(page, 'received')) + count;
  await page.waitForFunction(
    (least) => Number(document.querySelector('#received')?.textContent?.replaceAll(',', '')) >= least,
    wanted,
  );
}

async function expectWhole(page: Page): Promise<void> {
  expect([await number(page, 'gaps'), await number(page, 'repeats')]).toEqual([0, 0]);
}

const transports = [
  { transport: 'WebSocket', name: 'websocket' },
  { transport: 'SSE', name: 'sse' },
] as const;

const victims = [
  'root/base/registry',
  'root/base/store',
  'root/base/auth',
  'root/base',
  'root/compute/dispatcher',
  'root/compute/range-workers/0',
  'root/compute/range-workers',
  'root/compute/series/leibniz',
  'root/compute/series',
  'root/compute/runs',
  'root/compute',
  'root/broadcast/hubs/leibniz',
  'root/broadcast/hubs',
  'root/broadcast/lobby',
  'root/broadcast',
  'root/edge/listener',
  'root/edge/sessions',
  'root/edge',
];

it('shows a moving curve within two seconds of the first visit', async () => {
  const { page, faults } = await visit(browser, node.url);
  await page.waitForFunction(() => Number(document.querySelector<HTMLElement>('#plot')?.dataset.points) >= 3);
  const shownMs = await page.evaluate(() => performance.now());
  console.log(`a moving curve after ${Math.round(shownMs)} ms`);
  expect(shownMs).toBeLessThan(2_000);
  expect(await page.locator('#proven').innerText()).toMatch(/^3\.14/);
  expect(faults).toEqual([]);
});

describe.each(transports)('over $transport the page', ({ name }) => {
  async function enter(url = node.url) {
    const visited = await visit(browser, `${url}/#token=${adminToken}`);
    await visited.page.locator(`[data-transport="${name}"]`).click();
    await more(visited.page, 3);
    return visited;
  }

  it('goes on with its curve whatever is killed by its own buttons, without a gap or a repeat', async () => {
    const { page, faults } = await enter();
    for (const path of victims) {
      const pid = page.locator(`[data-path="${path}"] .pid`);
      const before = await pid.innerText();
      await page.locator(`[data-path="${path}"] .kill`).click();
      await page.locator('.verdict', { hasText: `${path}: ` }).waitFor();
      await page.waitForFunction(
        ([at, old]) => {
          const now = document.querySelector(`[data-path="${at}"] .pid`)?.textContent;
          return now?.startsWith('p') && now !== old;
        },
        [path, before],
      );
      await more(page, 3);
      await expectWhole(page);
    }
    const session = page.locator('[data-path^="root/edge/sessions/"][data-depth="4"] .kill').first();
    await session.click();
    await page.locator('.verdict', { hasText: 'not restarted' }).waitFor();
    await more(page, 5);
    await expectWhole(page);
    expect(await page.locator('.events [data-type="restart"]').first().innerText()).toMatch(/ (µs|ms)/);
    expect(faults).toEqual([]);
  });

  it('comes back by itself when the node is killed and started again', async () => {
    const data = temporaryFolder();
    const first = await startNode({ data });
    const { page, faults } = await enter(first.url);
    await first.process.stop('SIGKILL');
    await page.locator('#phase', { hasText: 'reconnecting' }).waitFor();
    await startNode({ data, env: { ZENO_PORT: new URL(first.url).port } });
    await page.locator('#phase', { hasText: 'live' }).waitFor();
    await more(page, 5);
    await expectWhole(page);
    expect(faults).toEqual([]);
  });

  it('runs one’s own from term 1, walking and sprinting', async () => {
    const { page } = await enter();
    await page.locator('#start-own').click();
    await page.locator('#walk[aria-pressed="true"]').waitFor();
    await more(page, 2);
    expect(await number(page, 'figure-n')).toBeLessThan(200);
    await page.locator('#sprint').click();
    await page.waitForFunction(
      () => Number(document.querySelector('#figure-n')?.textContent?.replaceAll(',', '')) > 10_000,
    );
    await page.locator('#pause').click();
    await page.locator('#run-state', { hasText: 'paused' }).waitFor();
    await page.locator('#end').click();
    await page.waitForURL(/#\/leibniz$/);
    await more(page, 2);
    await expectWhole(page);
  });

  it('shows another series of the catalogue', async () => {
    const { page } = await enter();
    await page.locator('[data-run="basel"]').click();
    await page.locator('#run h1', { hasText: 'Basel' }).waitFor();
    await more(page, 3);
    await expectWhole(page);
  });
});

it('clears the token from the address, and logs in by it', async () => {
  const { page } = await visit(browser, `${node.url}/#token=${adminToken}`);
  await page.locator('.badge', { hasText: 'admin' }).waitFor();
  expect(page.url()).not.toContain(adminToken);
});

it('kills nothing for who is not the admin, and says how to become him', async () => {
  const { page } = await visit(browser, node.url);
  const path = 'root/broadcast/lobby';
  const pid = page.locator(`[data-path="${path}"] .pid`);
  const before = await pid.innerText();
  await page.locator(`[data-path="${path}"] .kill`).click();
  await page.locator('#notice', { hasText: 'log in' }).waitFor();
  expect(await pid.innerText()).toBe(before);
});

it.each([
  ['a phone', { width: 360, height: 740 }],
  ['a tablet', { width: 900, height: 1_100 }],
  ['a wide screen', { width: 1_920, height: 1_080 }],
])('fits %s', async (_what, viewport) => {
  const { page } = await visit(browser, node.url, { viewport });
  await more(page, 2);
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
});

it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
  const { page } = await visit(browser, node.url, { colorScheme });
  await more(page, 2);
  const ratios = await page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string) => {
      const [r = 0, g = 0, b = 0] = channels(color).map((value) => {
        const share = value / 255;
        return share <= 0.039_28 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.212_6 * r + 0.715_2 * g + 0.072_2 * b;
    };
    const behind = (element: Element | null): string => {
      if (element === null) return 'rgb(255, 255, 255)';
      const { backgroundColor } = getComputedStyle(element);
      return /, 0\)$/.test(backgroundColor) ? behind(element.parentElement) : backgroundColor;
    };
    return [
      'h1',
      '.proven',
      'dt',
      'dd',
      '.formula',
      '.counters',
      '.tree .id',
      '.tree .kill',
      '.tree .pid',
    ].map((name) => {
      const element = document.querySelector(name);
      if (element === null) return { name, ratio: 0 };
      const [light = 0, dark = 0] = [
        luminance(getComputedStyle(element).color),
        luminance(behind(element)),
      ].sort((a, b) => b - a);
      return { name, ratio: (light + 0.05) / (dark + 0.05) };
    });
  });
  expect(ratios.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
});
