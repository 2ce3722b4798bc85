import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import type { Test } from 'tap';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Nothing but our own pages may be asked for: no start page, no updates, no other protocol. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const noChromium = existsSync(CHROMIUM)
  ? false
  : `no Chromium at ${CHROMIUM}: install it or set CHROMIUM to its path`;

export async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  t.teardown(() => browser.close());
  return browser;
}

/** One operation of the page, unfolded. */
export class Operation {
  readonly #block: Locator;

  constructor(block: Locator) {
    this.#block = block;
  }

  get body(): Locator {
    return this.#block.locator('textarea.body-param__text');
  }

  param(name: string): Locator {
    return this.#block.locator(`tr[data-param-name="${name}"] input`);
  }

  get params(): Promise<(string | null)[]> {
    return this.#block
      .locator('tr[data-param-name]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-param-name')));
  }

  /** Presses "Execute". @returns what the box of the server's response shows */
  async execute(): Promise<{ status: string; body: string }> {
    // the answer before goes away first, so that it is not read again
    const clear = this.#block.locator('button.btn-clear');
    if (await clear.isVisible()) await clear.click();
    await this.#block.locator('button.execute').click();
    const box = this.#block.locator('.live-responses-table tbody .response').first();
    return {
      status: ((await box.locator('.response-col_status').textContent()) ?? '').trim().slice(0, 3),
      body: (await box.locator('.response-col_description pre').first().textContent()) ?? '',
    };
  }
}

/** Swagger UI in the browser, and all that went wrong there. */
export class SwaggerPage {
  readonly page: Page;
  /** Errors of the console and of scripts, what the policy refused, requests that failed, answers from 400 on. */
  readonly faults: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => {
      // the answers from 400 on are told below, with their address
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.faults.push(message.text());
    });
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('requestfailed', (request) => this.faults.push(`${request.url()} failed`));
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      if (response.status() >= 400) this.faults.push(`${response.status()} ${path}`);
    });
  }

  static async open(browser: Browser, url: string): Promise<SwaggerPage> {
    const page = new SwaggerPage(await browser.newPage({ viewport: { width: 1200, height: 1000 } }));
    await page.page.goto(url);
    await page.page.locator('.opblock').first().waitFor();
    return page;
  }

  /** `METHOD /path`, as listed. */
  get operations(): Promise<string[]> {
    return this.page
      .locator('.opblock')
      .evaluateAll((blocks) =>
        blocks.map(
          (block) =>
            `${block.querySelector('.opblock-summary-method')?.textContent} ${block.querySelector('.opblock-summary-path')?.getAttribute('data-path')}`,
        ),
      );
  }

  async authorize(key: string): Promise<void> {
    await this.page.locator('.auth-wrapper > button.authorize').click();
    const scheme = this.page.locator('.modal-ux .auth-container', { hasText: 'x-api-key' });
    await scheme.locator('input').fill(key);
    await scheme.locator('button.authorize').click();
    await scheme.locator('button.btn-done').click();
  }

  async unfold(method: string, path: string): Promise<Operation> {
    const block = this.page.locator(`.opblock-${method.toLowerCase()}`, {
      has: this.page.locator(`.opblock-summary-path[data-path="${path}"]`),
    });
    await block.locator('.opblock-summary-control').click();
    await block.locator('button.execute').waitFor();
    return new Operation(block);
  }
}
