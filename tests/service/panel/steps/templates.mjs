// Templates: their forms, logs and files, their schedules, and one of one's own.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const GREET = (name) => `name = "${name}"
title = "Greet somebody"
description = "Says hello."

[parameters]
type = "object"
required = ["who"]
[parameters.properties.who]
type = "string"
title = "Whom to greet"

[[steps]]
id = "greet"
title = "Say it"
kind = "shell"
run = "echo hello {{ params.who | quote }}"
`;

export async function fillInTheForm(person) {
  const { page, dir } = person;
  const folder = resolve(join(dir, 'small'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'some-file.bin'), Buffer.alloc(200_000));
  await person.go('/templates');
  await person.shoot('templates');
  await page.getByLabel('Find a template').fill('disk');
  await page.locator('main li').nth(1).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: /Report on disk space/ }).click();
  await page.getByLabel('Folder').fill(folder);
  await page.getByLabel('How many entries').fill('0');
  await person.press('Run');
  await page.getByText('At least 1.').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.field), 'most');
  await person.shootHere('template-wrong');
  await page.getByLabel('How many entries').fill('many');
  await page.getByText('This is not a number.').waitFor();
  await page.getByLabel('How many entries').fill('7');
  const before = (await person.api('GET', '/runs')).runs.length;
  await person.press('Run');
  await page.waitForURL(/#\/runs\//);
  assert.equal((await person.api('GET', '/runs')).runs.length, before + 1, 'what was wrong was never sent');
  await page.locator('header .state', { hasText: 'passed' }).waitFor({ timeout: 30_000 });
  person.report = new URL(page.url()).hash.split('/')[2];
}

export async function readTheLog(person) {
  const { page } = person;
  await page.getByRole('tab', { name: 'Log' }).click();
  const log = page.getByRole('log');
  await log.getByText('some-file.bin').waitFor();
  await page.getByPlaceholder('Search the log').fill('disk space');
  await page.getByText('1 of 1 line').waitFor();
  await log.locator('mark').first().waitFor();
  await page.getByLabel('only these').check();
  await person.until('one line is left', async () => (await log.locator('.line').count()) === 1);
  await page.getByLabel('only these').uncheck();
  await page.getByPlaceholder('Search the log').fill('');
  const exported = await download(person, page.getByRole('link', { name: 'Text' }), 'log.txt');
  assert.match(exported.toString(), /some-file\.bin/);
  await person.shoot('log');
}

export async function downloadTheReport(person) {
  const { page, report } = person;
  await page.getByRole('tab', { name: 'Artifacts' }).click();
  await page.getByRole('button', { name: /^Open disk-report\.md/ }).click();
  await page.locator('dialog').getByRole('heading', { name: 'Disk space' }).waitFor();
  await person.shootHere('report');
  await page.keyboard.press('Escape');
  const { artifacts } = await person.api('GET', `/runs/${report}/artifacts`);
  const artifact = artifacts.find((a) => a.name.endsWith('disk-report.md'));
  const arrived = await download(person, page.getByRole('link', { name: /^Download .*disk-report/ }), 'disk-report.md');
  const kept = Buffer.from(await (await person.fetch('GET', `/blobs/${artifact.blob}`)).arrayBuffer());
  assert.equal(arrived.length, artifact.bytes);
  assert.ok(arrived.equals(kept), 'the file that arrives is the one that is kept');
  assert.match(arrived.toString(), /^# Disk space[\s\S]*some-file\.bin/);
}

async function download(person, link, name) {
  const [download] = await Promise.all([person.page.waitForEvent('download'), link.click()]);
  const path = join(person.dir, `arrived-${name}`);
  await download.saveAs(path);
  return readFileSync(path);
}

export async function keepASchedule(person) {
  const { page } = person;
  await person.go('/templates/disk-report/schedules');
  await person.press('Add a schedule');
  const when = page.getByLabel('Minute, hour, day, month, weekday');
  await when.fill('75 6 * * *');
  await page.getByText('A minute is 0 to 59.').waitFor();
  await when.fill('30 6 * * *');
  await page.getByText('every day at 06:30').waitFor();
  await person.shootHere('schedule-form');
  await person.press('Add the schedule');
  await person.go('/schedules');
  const row = page.locator('main li', { hasText: 'every day at 06:30' });
  await row.getByText(/next in \d+ (h|min|s)/).waitFor();
  const [{ next_ms }] = (await person.api('GET', '/schedules')).schedules;
  assert.ok(next_ms > Date.now() && next_ms <= Date.now() + 86_400_000, `${next_ms}`);
  const next = new Date(next_ms);
  assert.deepEqual([next.getHours(), next.getMinutes()], [6, 30]);
  await person.shoot('schedules');
  await row.getByRole('switch').click();
  await row.getByText('next').waitFor({ state: 'detached' });
  assert.equal((await person.api('GET', '/schedules')).schedules[0].is_on, false);
  await row.getByRole('button', { name: /Delete/ }).click();
  await person.confirm('Delete');
  await page.getByText('Nothing starts by itself').waitFor();
  await person.shoot('schedules-none');
}

export async function writeATemplate(person) {
  const { page } = person;
  await person.go('/templates');
  await person.press('New');
  await page.getByRole('textbox', { name: 'Name' }).fill('greet');
  await person.shootHere('template-new');
  await person.press('Make it');
  const source = page.getByLabel('Source in TOML');
  await source.fill(GREET('greet').replace('"shell"', '"shell'));
  person.watch.provokes(/^4\d\d PUT \/api\/v1\/templates\/greet$/);
  await person.press('Save');
  const failure = page.locator('.toast', { hasText: 'Could not save the template' });
  await failure.waitFor();
  assert.match(await failure.innerText(), /invalid basic string/, 'the mistake is named');
  await person.shootHere('template-broken');
  await failure.getByRole('button', { name: 'Dismiss' }).click();
  await source.fill(GREET('greet'));
  await person.press('Save');
  await page.locator('.toast', { hasText: 'Saved' }).waitFor();
  await person.shoot('template-source');
  await page.getByRole('tab', { name: 'Run' }).click();
  await person.press('Run');
  await page.getByText('Fill this in.').waitFor();
  await page.getByLabel('Whom to greet').fill("Ada O'Hara");
  await person.press('Run');
  await page.locator('header .answer', { hasText: "hello Ada O'Hara" }).waitFor({ timeout: 30_000 });
}
