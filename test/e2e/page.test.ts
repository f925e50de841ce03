/** The page in a real browser: over WebSocket and over EventSource, through whatever is killed from its own buttons. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, visit } from '../support/browser.ts';
import { adminToken, startNode, temporaryFolder } from '../support/node-process.ts';
import { sharedNode } from '../support/shared-node.ts';

let browser: Browser;
const node = sharedNode({ limits: { intensity: 100 } });

beforeAll(async () => {
  browser = await launchBrowser();
  return () => browser.close();
}, 60_000);

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

it('says of a run that is none that it is unknown, over both transports', async () => {
  const { page, faults } = await visit(browser, `${node.url}/#/nope`);
  const state = page.locator('#run-state');
  for (const { name } of transports) {
    await page.locator(`[data-transport="${name}"]`).click();
    await state.filter({ hasText: 'unknown run' }).waitFor();
    await page.locator('#phase', { hasText: 'live' }).waitFor();
    await page.locator('[data-run="leibniz"]').click();
    await state.filter({ hasText: 'running' }).waitFor();
    await page.goto(`${node.url}/#/nope`);
  }
  expect(faults).toEqual([]);
});

it('tells how to watch from elsewhere, to the last letter on a screen of 1,400 pixels', async () => {
  const { page } = await visit(browser, node.url, { viewport: { width: 1_400, height: 1_000 } });
  await page.locator('.snippets summary').click();
  await page.locator('.snippets pre').last().waitFor();
  const cut = await page
    .locator('.snippets pre')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
  expect(cut).toBe(0);
  const ways = await page.locator('.snippets').innerText();
  expect(ways).toContain(`curl -N ${node.url}/v1/series/leibniz/events`);
  expect(ways).not.toMatch(/token/i);
});

it('says what the time beside the state of the connection is', async () => {
  const { page } = await visit(browser, node.url);
  expect(await page.locator('#phase').getAttribute('title')).toMatch(/how long/);
});

it('clears the token from the address, and logs in by it', async () => {
  const { page } = await visit(browser, `${node.url}/#token=${adminToken}`);
  await page.locator('.badge', { hasText: 'logged in' }).waitFor();
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

describe('each kind of series says what is true of it', () => {
  /** Errors of any kind in its console, besides those of `visit`. */
  async function open(run: string, look: Parameters<typeof visit>[2] = {}) {
    const { page, faults } = await visit(browser, node.url, look);
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(`${node.url}/#/${run}`);
    await page.locator(`.runs .chosen [data-run="${run}"]`).waitFor();
    return { page, faults };
  }

  const text = (page: Page, selector: string) => page.locator(selector).innerText();
  const hidden = (page: Page, ...selectors: string[]) =>
    Promise.all(
      selectors.map(async (selector) => expect(await page.locator(selector).isHidden()).toBe(true)),
    );

  it('leibniz: proven bounds, proven digits in colour, and what its tail adds', async () => {
    const { page, faults } = await open('leibniz');
    await page.locator('#accelerated').waitFor();
    expect(await text(page, '#enclosure')).toMatch(
      /^The limit is proven to lie between 3\.14\d+ and 3\.14\d+\.$/,
    );
    const accelerated = await text(page, '#accelerated');
    const [, digits = '', count] =
      /^With its proven tail, the first 4,096 terms alone give (3\.14\d+): (\d+) proven digits\.$/.exec(
        accelerated,
      ) ?? [];
    expect(digits.replace('.', '').length).toBe(Number(count));
    expect(digits.length).toBeGreaterThan(50);
    expect(await text(page, '.convergence h2')).toMatch(/error bound against n/i);
    expect(await text(page, '.legend')).toContain('Coloured digits are proven.');
    await hidden(page, '#named', '#more-digits', '#run-reason');
    expect(faults).toEqual([]);
  });

  it('primes: exact counts, and no plot of an error there is not', async () => {
    const { page, faults } = await open('primes');
    await page.locator('#value-sum').waitFor();
    await more(page, 2);
    await hidden(page, '#enclosure', '#accelerated', '#plot', '.convergence h2', '#digits', '#figure-digits');
    expect(await text(page, '#plot-note')).toBe('Exact counts have no error to draw.');
    expect(await text(page, '#value-count')).toMatch(/^\d{1,3}(,\d{3})+$/);
    expect(await text(page, '#value-sum')).toMatch(/^\d{1,3}(,\d{3}){2,}$/);
    expect(await text(page, '#run')).not.toMatch(/proven/i);
    expect(faults).toEqual([]);
  });

  it('monte-carlo-pi: an expectation, and no proven colour', async () => {
    const { page, faults } = await open('monte-carlo-pi');
    await page.locator('#value-inside').waitFor();
    expect(await text(page, '#enclosure')).toMatch(
      /^The limit is expected to lie between \S+ and \S+ \(statistical bound\)\.$/,
    );
    expect(await page.locator('#proven').textContent()).toBe('');
    expect(await text(page, '#run')).not.toMatch(/proven/i);
    expect(await text(page, '.convergence h2')).toMatch(/statistical bound/i);
    expect(faults).toEqual([]);
  });

  it('brun: bounds that hold, and an extrapolation that is conditional', async () => {
    const { page, faults } = await open('brun');
    await page.locator('#value-extrapolated').waitFor();
    expect(await text(page, '#enclosure')).toMatch(
      /^The limit lies between 1\.\d+ and 2\.288513\d*\. .*conditional/,
    );
    expect(await text(page, '#value-pairs')).toMatch(/^\d{1,3}(,\d{3})*$/);
    expect(await page.locator('#proven').textContent()).toBe('');
    expect(await text(page, '#run')).not.toMatch(/proven/i);
    expect(faults).toEqual([]);
  });

  it('chudnovsky: more digits than are sent, counted, drawn and paged', async () => {
    const { page, faults } = await open('chudnovsky');
    await page.locator('#more-digits').waitFor();
    expect(await text(page, '#value')).toBe('3.14159265358979323846264338327950288419716939937510582097494');
    expect(await text(page, '#more-digits')).toMatch(/^…and [\d,]+ more$/);
    expect(await text(page, '.convergence h2')).toMatch(/proven digits against n/i);
    await page.waitForFunction(
      () => Number(document.querySelector<HTMLElement>('#plot')?.dataset.points) >= 1,
    );
    await page.waitForFunction(
      () => Number(document.querySelector('#figure-digits')?.textContent?.replaceAll(',', '')) > 3_000,
    );

    await page.locator('#more-digits').click();
    const lines = page.locator('#digit-lines li');
    const status = page.locator('#digits-status');
    await status.filter({ hasText: /^Digits 1 to 1,000 of / }).waitFor();
    expect(await lines.count()).toBe(20);
    expect(await lines.first().locator('code').innerText()).toBe(
      '3.141592653 5897932384 6264338327 9502884197 1693993751',
    );
    expect(await page.locator('#digits-previous').isDisabled()).toBe(true);
    await page.locator('#digits-next').click();
    await status.filter({ hasText: /^Digits 1,001 to 2,000 of / }).waitFor();
    // The decimals of π from the thousandth on.
    expect(await lines.first().locator('code').innerText()).toMatch(/^9380952572 0106548586 /);
    await page.locator('#wanted-digit').fill('2772');
    await page.keyboard.press('Enter');
    await status.filter({ hasText: /^Digits 2,001 to 3,000 of / }).waitFor();
    expect(await page.locator('#digit-lines mark').count()).toBe(1);
    await page.locator('#digits-previous').click();
    await status.filter({ hasText: /^Digits 1,001 to 2,000 of / }).waitFor();

    const read = await status.innerText();
    await page.waitForTimeout(1_500);
    expect(await status.innerText()).toBe(read);
    expect(faults).toEqual([]);
  });

  it('sqrt2-newton: complete, and why, on a phone too', async () => {
    const { page, faults } = await open('sqrt2-newton', { viewport: { width: 360, height: 740 } });
    await page.locator('#run-reason', { hasText: /^Complete: .+\.$/ }).waitFor();
    expect(await text(page, '#run-state')).toBe('complete');
    await expectFits(page);
    await page.locator('#digits summary').click();
    await page.locator('#digits-status', { hasText: /^Digits 1 to 1,000 of / }).waitFor();
    await expectFits(page);
    // Whoever comes later is told as well.
    const later = await open('sqrt2-newton');
    await later.page.locator('#run-reason', { hasText: /^Complete: / }).waitFor();
    // The list of runs, which tells of the second watcher, knows no reason and takes none away.
    await page.locator('#figure-watchers', { hasText: '2' }).waitFor();
    expect(await page.locator('#run-reason').isVisible()).toBe(true);
    await later.page.locator('[data-run="leibniz"]').click();
    await later.page.locator('#run-reason').waitFor({ state: 'hidden' });
    expect([...faults, ...later.faults]).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('groups series by their limit and scrolls by itself beside the run', async () => {
    const { page } = await visit(browser, node.url, { viewport: { width: 1_280, height: 720 } });
    await page.locator('.runs h3', { hasText: 'ln 2' }).waitFor();
    expect(await page.locator('.runs h3').first().innerText()).toBe('π');
    const runs = page.locator('.runs');
    const { scrollHeight, clientHeight } = await runs.evaluate(({ scrollHeight, clientHeight }) => ({
      scrollHeight,
      clientHeight,
    }));
    expect(scrollHeight).toBeGreaterThan(clientHeight);
    const box = await page.locator('#catalogue').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(720);
    const inView = await page.locator('.runs .chosen').boundingBox();
    expect(inView?.y).toBeGreaterThan(box?.y ?? 0);
    expect(inView?.y).toBeLessThan(720);
  });

  it('is gone through by keyboard', async () => {
    const { page } = await visit(browser, node.url);
    await page.locator('.runs h3', { hasText: 'ln 2' }).waitFor();
    await page.locator('[data-run="basel"]').focus();
    await page.keyboard.press('Tab');
    const next = await page.evaluate(() => document.activeElement?.getAttribute('data-run'));
    await page.keyboard.press('Enter');
    await page.locator(`.runs .chosen [data-run="${next}"][aria-current="page"]`).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/${next}`);
  });

  it('leaves a phone to the run', async () => {
    const { page } = await visit(browser, node.url, { viewport: { width: 360, height: 740 } });
    await page.locator('.runs h3', { hasText: 'ln 2' }).waitFor();
    const value = await page.locator('#value').boundingBox();
    expect(value?.y).toBeLessThan(520);
    const last = page.locator('.runs a').last();
    await last.focus();
    expect((await last.boundingBox())?.x).toBeLessThan(360);
    await expectFits(page);
  });
});

async function expectFits(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
}

it.each([
  ['a phone', { width: 360, height: 740 }],
  ['a tablet', { width: 900, height: 1_100 }],
  ['a wide screen', { width: 1_920, height: 1_080 }],
])('fits %s', async (_what, viewport) => {
  const { page } = await visit(browser, node.url, { viewport });
  for (const run of ['leibniz', 'primes', 'brun', 'sqrt2-newton']) {
    await page.goto(`${node.url}/#/${run}`);
    await page.locator('#figure-n', { hasText: /\d/ }).waitFor();
    await expectFits(page);
  }
});

it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
  const { page } = await visit(browser, node.url, { colorScheme });
  await page.locator('#accelerated').waitFor();
  await expectReadable(page, ['.rest', '#accelerated', '#accelerated .proven', '#enclosure code', '.legend']);
  await page.goto(`${node.url}/#/sqrt2-newton`);
  await page.locator('#run-reason').waitFor();
  await page.locator('#more-digits').click();
  await page.locator('#digit-lines li').first().waitFor();
  await expectReadable(page, [
    ...['#run-reason', '#more-digits', '#digits summary', '#digits-status', '.digit-lines .index'],
    ...['.digit-lines code', '#digits-next', '.pager label', '.snippets summary'],
    ...['.runs h3', '.runs .formula', '.runs .figures', '.runs .chosen .formula', '.runs .chosen .figures'],
  ]);
});

async function expectReadable(page: Page, also: readonly string[]): Promise<void> {
  const ratios = await page.evaluate((more) => {
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
      ...more,
    ].map((name) => {
      const element = document.querySelector(name);
      if (element === null) return { name, ratio: 0 };
      const [light = 0, dark = 0] = [
        luminance(getComputedStyle(element).color),
        luminance(behind(element)),
      ].sort((a, b) => b - a);
      return { name, ratio: (light + 0.05) / (dark + 0.05) };
    });
  }, also);
  expect(ratios.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
}
