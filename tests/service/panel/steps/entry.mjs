// Coming in and going out.

import assert from 'node:assert/strict';

const login = (page) => page.getByRole('button', { name: 'Sign in', exact: true });

export async function signInByTheAddress(person) {
  const { page, panel, token } = person;
  await page.goto(panel);
  await page.locator('#prompt').waitFor();
  await person.settled();
  assert.equal(page.url(), `${person.url}/#/board`);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.ok(!kept.includes(token), `the token is kept where scripts can read it: ${kept}`);
  assert.ok(!(await page.content()).includes(token), 'the token is in the page');
  await page.goBack();
  assert.ok(!page.url().includes(token), 'the way back leads to the token');
  await person.go('/board');
  await person.shoot('board-empty');
}

export async function logOut(person) {
  await person.go('/devices');
  await person.press('Sign out here');
  await login(person.page).waitFor();
  await person.shootHere('login');
  person.watch.provokes(/^401 GET \/api\/v1\/(session|stream)/);
  await person.page.goto(`${person.url}/#/board`);
  await person.page.reload();
  await login(person.page).waitFor();
}

export async function tryAWrongToken(person) {
  const { page } = person;
  person.watch.provokes(/^401 POST \/api\/v1\/session/);
  await page.getByLabel('Token', { exact: true }).and(page.locator('input')).fill('not-the-token');
  await login(page).click();
  await page.getByText('This token is not right').waitFor();
  await person.shootHere('login-wrong');
  assert.equal(await page.locator('#prompt').count(), 0);
}

export async function signInByTheForm(person) {
  const { page } = person;
  // The whole address may be pasted.
  await page.locator('input[type=password]').fill(person.panel);
  await login(page).click();
  await page.locator('#prompt').waitFor();
}
