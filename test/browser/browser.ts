import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { beforeAll, expect } from 'vitest';
import { doneWithin } from '../../src/timing/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { describeWith, findChromium } from '../support/servers.ts';
import { PATIENCE_MS } from '../support/until.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * On a busy machine Chromium sometimes never answers when pages are closed. Such pages stay open
 * for the rest of the file, and such a browser ends with the process.
 */
const CLOSE_WITHIN_MS = 30_000;

/** What drops down from a real window's address bar is a page of its own: 0.9 s for each window. */
const NO_POPUPS = '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup';

export type Reader = Page & {
  /** Errors of its pages: scripts that failed, what the policy refused, files that are missing. */
  complaints: string[];
};

/** Tests in a real browser without a screen. */
export function describeInBrowser(
  subject: string,
  tests: (open: (options?: BrowserContextOptions) => Promise<Reader>) => void,
): void {
  describeWith(['browser'], subject, () => {
    let browser: Browser;
    beforeAll(async () => {
      const executablePath = findChromium()!;
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox', NO_POPUPS] });
      atEnd(() => doneWithin(CLOSE_WITHIN_MS, browser.close()));
    });
    tests(async (options) => {
      const context = await browser.newContext({
        viewport: { width: 1200, height: 820 },
        // The same on every machine.
        timezoneId: 'UTC',
        // Painting a mark that pulses takes a processor.
        reducedMotion: 'reduce',
        ...options,
      });
      atEnd(() => doneWithin(CLOSE_WITHIN_MS, context.close()));
      context.setDefaultTimeout(PATIENCE_MS);
      return listening(await context.newPage());
    });
  });
}

function listening(page: Page): Reader {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The status of a refused form is an error to the browser.
    if (message.type() === 'error' && !/status of 4(00|09|22)/.test(message.text())) {
      complaints.push(`${page.url()}: ${message.text()}`);
    }
  });
  return Object.assign(page, { complaints });
}

/** No serious fault by axe-core's rules: now, and on a phone in the dark. */
export async function expectAccessibleEverywhere(page: Page): Promise<void> {
  await page.evaluate(axe);
  await expectAccessible(page);
  const wide = page.viewportSize();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 820 });
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: null });
  if (wide) await page.setViewportSize(wide);
}

/** No serious fault now, by the rules of the axe-core that the page has. */
async function expectAccessible(page: Page): Promise<void> {
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResult> } };
    const { violations } = await axe.run();
    return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes[0]?.html ?? '' }));
  });
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect({ page: page.url(), serious }).toEqual({ page: page.url(), serious: [] });
}

type AxeResult = { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
