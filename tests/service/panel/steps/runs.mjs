// Runs while they are under way: asked, followed, asked back, cancelled, paused, done again, forgotten.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REQUEST = 'open galculator and compute 12 * 7';

export async function askOnTheBoard(person) {
  const { page } = person;
  // The lane is held, so that the run waits until somebody looks at its screen.
  await person.api('POST', '/lanes/default/pause');
  await page.getByRole('radio', { name: /private/ }).click();
  const [seen] = await person.watchFor('article', REQUEST);
  await page.locator('#prompt').fill(REQUEST);
  await page.keyboard.press('Enter');
  await page.locator('.plan li').nth(1).waitFor();
  const plan = await page.locator('.plan').innerText();
  assert.match(plan, /2 tasks[\s\S]*Open galculator[\s\S]*12\*7/i);
  assert.equal((await person.api('GET', '/runs')).runs.length, 0, 'a preview starts nothing');
  await person.shootHere('plan');
  await page.locator('#prompt').focus();
  const asked = Date.now();
  await page.keyboard.press('Enter');
  person.figure('from Enter to the card', (await seen) - asked);
  await person.card(REQUEST).getByText('queued').waitFor();
  person.run = (await person.api('GET', '/runs')).runs[0].run;
}

export async function followItLive(person) {
  const { page } = person;
  // Between the end of a desktop and the word of it somebody may ask for its picture.
  person.watch.provokes(/^404 GET \/api\/v1\/runs\/\w+\/screen/);
  await person.card(REQUEST).getByRole('link').click();
  await page.getByRole('tab', { name: 'Live' }).click();
  await page.getByText('There is no screen yet').waitFor();
  const [seen] = await person.watchFor('.state', 'running');
  const released = Date.now();
  await person.api('POST', '/lanes/default/resume');
  const picture = page.getByAltText('The screen of the run now');
  await picture.waitFor({ timeout: 30_000 });
  person.figure('from the lane let go to its first picture', Date.now() - released);
  person.figure('from the lane let go to “running”', (await seen) - released);
  const size = () => picture.evaluate((image) => [image.naturalWidth, image.naturalHeight]);
  assert.deepEqual(await size(), [1280, 800]);
  const first = await picture.getAttribute('src');
  await person.until('another picture has come', async () => (await picture.getAttribute('src')) !== first);
  await person.until('the calculator is in the picture', () => picture.evaluate(isColourful), 30_000);
  await person.shoot('live');
}

/** Runs in the page: a desktop on which nothing is open has one colour. */
function isColourful(image) {
  const brush = new OffscreenCanvas(160, 100).getContext('2d');
  brush.drawImage(image, 0, 0, 160, 100);
  return new Set(new Uint32Array(brush.getImageData(0, 0, 160, 100).data.buffer)).size > 8;
}

export async function seeItPass(person) {
  const { page } = person;
  await page.getByRole('tab', { name: 'Graph' }).click();
  await page.locator('.svelte-flow__node[aria-label$=", passed"]').nth(1).waitFor({ timeout: 60_000 });
  await page.locator('header .answer').waitFor({ timeout: 30_000 });
  assert.equal(await page.locator('header .answer').innerText(), '84');
  assert.equal(await page.locator('header .state').innerText(), 'passed');
  await page.locator('.svelte-flow__node').nth(1).click();
  await page.locator('aside', { hasText: 'task 2' }).getByText('witness').waitFor();
  await person.shoot('graph');
}

/** It works while the person looks at other things. */
export async function askToWriteOver(person) {
  const file = resolve(join(person.dir, 'notes.txt'));
  writeFileSync(file, 'old');
  const run = await person.ask(`open the text editor, type "new words" and save it as ${file}`);
  person.overwriting = { file, run };
}

export async function allowToWriteOver(person) {
  const { page } = person;
  const { file, run } = person.overwriting;
  await person.go('/board');
  const card = person.card(file);
  await card.getByText('exists already. Write over it?').waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => document.title.startsWith('(1)'));
  await person.shoot('board-question');
  await person.go('/questions');
  await page.getByRole('group', { name: /Question of/ }).waitFor();
  await person.shoot('questions');
  await person.go('/board');
  assert.equal(readFileSync(file, 'utf8'), 'old', 'nothing is written before the answer');
  await card.getByRole('button', { name: 'yes' }).click();
  await card.getByText('Write over it?').waitFor({ state: 'detached' });
  await person.state(run, 'passed', 'failed', 'refused');
  assert.equal(readFileSync(file, 'utf8').trim(), 'new words');
  assert.equal((await person.summary(run)).state, 'passed');
  await page.locator('section li', { hasText: file }).getByText('passed', { exact: true }).waitFor();
}

export async function cancelOnItsCard(person) {
  const { page } = person;
  const text = 'wait 60 seconds';
  const [seen] = await person.watchFor('article', text);
  const run = await person.ask(text);
  const { at_ms } = (await person.events(run))[0];
  person.figure('from the event to the card', (await seen) - at_ms);
  const card = person.card(text);
  await card.getByText('running').waitFor({ timeout: 30_000 });
  await person.shoot('board-running');
  const [ended] = await person.watchFor('section li', text);
  const pressed = Date.now();
  await card.getByRole('button', { name: /Cancel/ }).click();
  person.figure('from Cancel to the end on the board', (await ended) - pressed);
  await card.waitFor({ state: 'detached' });
  await page.locator('section li', { hasText: text }).getByText('cancelled', { exact: true }).waitFor();
  const finish = (await person.events(run)).find((event) => event.event === 'finished');
  person.figure('from the event “finished” to the board', (await ended) - finish.at_ms);
}

export async function pauseAndResume(person) {
  const { page } = person;
  const run = await person.ask('open galculator and compute 3 + 4');
  await person.go(`/runs/${run}`);
  const state = (name) => page.locator('header .state', { hasText: name });
  await state('running').waitFor({ timeout: 30_000 });
  await person.press('Pause');
  await state('paused').waitFor({ timeout: 30_000 });
  const taken = (await person.events(run)).length;
  await person.shoot('paused');
  assert.equal((await person.events(run)).length, taken, 'a paused run stands still');
  await person.press('Resume');
  await state('passed').waitFor({ timeout: 60_000 });
  assert.equal(await page.locator('header .answer').innerText(), '7');
}

const TWICE = `name = "twice"
title = "Say it twice"
description = "Says one thing after another."

[[steps]]
id = "first"
title = "Say the first"
kind = "shell"
run = "echo first"

[[steps]]
id = "second"
title = "Say the second"
kind = "shell"
needs = ["first"]
run = "echo second"
`;

export async function retryFromATask(person) {
  const { page } = person;
  await person.api('PUT', '/templates/twice', { source: TWICE });
  const { run: first } = await person.api('POST', '/templates/twice/run', { parameters: {} });
  const run = await retryOnTheGraph(person, first, 'Retry from this task');
  const { tasks } = (await person.api('GET', `/runs/${run}`)).report;
  assert.match(tasks[0].reason, new RegExp(`passed in run ${first}`));
  await person.api('DELETE', '/templates/twice');
  // What was open on a private desktop is gone with it, so a task in the middle is not offered.
  const alone = await person.ask('wait 1 second, then wait 1 second');
  person.retried = await retryOnTheGraph(person, alone, 'Do it all again');
  const again = (await person.api('GET', `/runs/${person.retried}`)).report;
  assert.doesNotMatch(again.tasks[0].reason ?? '', /passed in run/);
  assert.equal(await page.getByRole('button', { name: /Retry from/ }).count(), 0);
}

/** Presses `button` of the second task of a run that passes; gives the run that comes of it when it has passed. */
async function retryOnTheGraph(person, earlier, button) {
  const { page } = person;
  await person.state(earlier, 'passed');
  await person.go(`/runs/${earlier}/graph`);
  await page.locator('.svelte-flow__node').nth(1).click();
  await person.press(button);
  await page.waitForURL((url) => url.hash.startsWith('#/runs/') && !url.hash.includes(earlier));
  await page.locator('header .state', { hasText: 'passed' }).waitFor({ timeout: 30_000 });
  return new URL(page.url()).hash.split('/')[2];
}

export async function findAndDelete(person) {
  const { page, retried } = person;
  await person.go('/runs');
  await page.locator('main li').nth(3).waitFor();
  await person.shoot('runs');
  await page.getByPlaceholder('Search what was asked').fill('then wait');
  await page.locator('main li', { hasText: 'galculator' }).first().waitFor({ state: 'detached' });
  assert.equal(await page.locator('main li').count(), 2);
  const row = page.locator('main li', { has: page.locator(`a[href="#/runs/${retried}"]`) });
  await row.getByRole('button', { name: /Delete/ }).click();
  await person.shootHere('confirm');
  await person.confirm('Keep');
  await row.waitFor();
  await row.getByRole('button', { name: /Delete/ }).click();
  await person.confirm('Delete');
  await row.waitFor({ state: 'detached' });
  assert.equal((await person.fetch('GET', `/runs/${retried}`)).status, 404);
}
