// The screens that are only read.

import assert from 'node:assert/strict';

export async function readMemory(person) {
  const { page } = person;
  await person.go('/memory');
  await page.locator('main li', { hasText: 'compute 12 * 7' }).getByText('1 of 1 passed').waitFor();
  const { store, lines } = await person.api('GET', '/memory');
  assert.ok(store.runs > 3 && store.blobs > 3, JSON.stringify(store));
  await page
    .getByText(`${lines.kept.toLocaleString('en')}`)
    .first()
    .waitFor();
  await person.shoot('memory');
  await page.locator('main li', { hasText: 'compute 12 * 7' }).getByRole('link', { name: 'Ask again' }).click();
  await page.waitForFunction(() => document.getElementById('prompt')?.value.includes('12 * 7'));
}

export async function readModels(person) {
  const { page } = person;
  await person.go('/models');
  const { models } = await person.api('GET', '/models');
  assert.ok(models.length >= 4 && models.every((model) => model.present), JSON.stringify(models));
  assert.equal(await page.locator('tbody tr', { hasText: 'here' }).count(), models.length);
  await person.shoot('models');
}

export async function readSettings(person) {
  const { page } = person;
  await person.go('/settings');
  await page.getByLabel('Search the settings').fill('overwrite');
  await person.until('one setting is left', async () => (await page.locator('.setting').count()) === 1);
  await page.locator('.setting', { hasText: '"ask"' }).waitFor();
  await page.getByLabel('Search the settings').fill('');
  await page.getByLabel(/only what differs/).check();
  await page.locator('.setting', { hasText: 'warm' }).getByText('instead of 1').waitFor();
  await page.getByLabel(/only what differs/).uncheck();
  await person.shoot('settings');
  const theme = page.locator('label', { hasText: 'Theme' }).locator('select');
  await theme.selectOption('dark');
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  await theme.selectOption('auto');
}

export async function readDoctor(person) {
  const { page } = person;
  await page.goto(`${person.url}/#/doctor`);
  await page.locator('main li').nth(5).waitFor({ timeout: 30_000 });
  await page.locator('main li', { hasText: /model/i }).first().waitFor();
  await person.shoot('doctor');
}

export async function readMetrics(person) {
  const { page } = person;
  await person.go('/metrics');
  await page.locator('main canvas').nth(3).waitFor({ timeout: 30_000 });
  const drawn = (canvas) =>
    new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, 400, 150).data.buffer)).size;
  assert.ok((await page.locator('main canvas').first().evaluate(drawn)) > 3, 'the chart is empty');
  await person.shoot('metrics');
}

export async function goByKeys(person) {
  const { page } = person;
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.waitForURL(/#\/runs$/);
  await page.keyboard.press('?');
  await page.locator('dialog').getByText('Go to the board').waitFor();
  await person.shootHere('keys');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement?.id === 'prompt');
  await person.shoot('board');
  await person.go('/more', person.pocket);
  assert.equal(await person.pocket.locator('main li').count(), 7);
  await person.shootOnly(person.pocket, 'more-phone');
}

export async function seeWhatIsNotThere(person) {
  const { page } = person;
  person.watch.provokes(/^404 GET \/api\/v1\/runs\/0{26}/);
  await person.go(`/runs/${'0'.repeat(26)}`);
  await page.getByText('There is no such run').waitFor();
  await person.shoot('lost-run');
  await person.go('/nowhere');
  await page.getByText('There is nothing here.').waitFor();
}
