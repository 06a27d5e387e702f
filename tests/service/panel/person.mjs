// A person at the panel: two browsers (a desk and a phone), the service's API beside them, and a camera.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Watch } from './watch.mjs';

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
const RUN_MS = 120_000;
const THEMES = ['light', 'dark'];

export class Person {
  watch = new Watch();
  figures = {};

  constructor(panel, dir) {
    const address = new URL(panel);
    Object.assign(this, { panel, dir, url: address.origin, token: address.hash.replace('#token=', '') });
  }

  async sitDown(executablePath) {
    // Nobody but this test's own pages is let in, and root has no sandbox.
    this.browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    this.desk = await this.#open('desk', { viewport: DESK, acceptDownloads: true });
    this.page = await this.desk.newPage();
  }

  /** A browser of its own with a phone's size and touch. */
  async phone(whose) {
    const context = await this.#open(whose, { viewport: PHONE, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    return context.newPage();
  }

  async #open(whose, options) {
    const context = await this.browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(15_000);
    await this.watch.listen(context, whose);
    return context;
  }

  // The service, asked without the panel: to cause what the panel must notice, and to know what is true.

  async fetch(method, path, body) {
    const headers = { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' };
    return fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  }

  async api(method, path, body) {
    const answer = await this.fetch(method, path, body);
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  async summary(run) {
    return (await this.api('GET', `/runs/${run}`)).summary;
  }

  async events(run) {
    return (await this.api('GET', `/runs/${run}/events?limit=5000`)).events;
  }

  /** Asks for work on a private desktop, as somebody else would. */
  async ask(text) {
    return (await this.api('POST', '/runs', { text, desktop: { private: { width: 1280, height: 800 } } })).run;
  }

  state(run, ...states) {
    const is_there = async () => states.includes((await this.summary(run)).state);
    return this.until(`the run is ${states.join(' or ')}`, is_there, RUN_MS);
  }

  async until(what, holds, most_ms = 15_000) {
    const end = Date.now() + most_ms;
    for (;;) {
      const found = await holds();
      if (found) return found;
      if (Date.now() > end) throw new Error(`after ${most_ms / 1000} s it is still not so that ${what}`);
      await new Promise((then) => setTimeout(then, 40));
    }
  }

  // The panel.

  async go(path, page = this.page) {
    await page.goto(`${this.url}/#${path}`);
    await this.settled(page);
  }

  /** Waits until the screen that was gone to stands there with all its pictures. */
  async settled(page = this.page) {
    // The screen before goes within two frames.
    await page.evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));
    await page.waitForFunction(() => {
      const is_loaded = document.querySelector('main .page') && !document.querySelector('.loading, .frame .wait');
      return is_loaded && [...document.images].every((image) => image.complete || image.loading === 'lazy');
    });
  }

  card(text, page = this.page) {
    return page.locator('article', { hasText: text });
  }

  async press(name, page = this.page) {
    await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
  }

  async confirm(button) {
    await this.page.locator('dialog').getByRole('button', { name: button, exact: true }).click();
  }

  /** When something with this text is on the page, by the page's clock; to be called before what makes it come. */
  async watchFor(selector, text, page = this.page) {
    const seen = page.evaluate(
      ([selector, text]) =>
        new Promise((then) => {
          const look = () => {
            const is_there = [...document.querySelectorAll(selector)].some((n) => n.textContent.includes(text));
            if (!is_there) return;
            watcher.disconnect();
            then(Date.now());
          };
          const watcher = new MutationObserver(look);
          watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
          look();
        }),
      [selector, text],
    );
    // Where the step fails first nobody waits for this any more.
    seen.catch(() => {});
    await page.evaluate(() => 0);
    // An array, since a bare promise would be waited for at once.
    return [seen];
  }

  figure(name, ms) {
    this.figures[name] = ms;
  }

  // The camera: every picture in both themes, at a desk and on a phone.

  /** Takes the screen at the page's address; the phone opens it by itself, as it would. */
  async shoot(name) {
    this.pocket ??= await this.#ownPhone();
    const onThePhone = async () => {
      await this.go(new URL(this.page.url()).hash.slice(1), this.pocket);
      await this.#shootThemes(this.pocket, `${name}-phone`);
    };
    await Promise.all([this.#shootThemes(this.page, `${name}-desk`), onThePhone()]);
  }

  /** Takes what no address leads to, such as a dialog. */
  async shootHere(name) {
    await this.#shootThemes(this.page, `${name}-desk`);
    await this.page.setViewportSize(PHONE);
    await this.#shootThemes(this.page, `${name}-phone`);
    await this.page.setViewportSize(DESK);
  }

  async shootOnly(page, name) {
    await this.#shootThemes(page, name);
  }

  async #ownPhone() {
    const page = await this.phone('own phone');
    await page.context().addCookies(await this.desk.cookies());
    return page;
  }

  async #shootThemes(page, name) {
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(this.dir, `${name}-${colorScheme}.png`), animations: 'disabled' });
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${name} is ${over} pixels wider than the screen`);
  }
}
