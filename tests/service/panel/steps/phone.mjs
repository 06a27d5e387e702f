// A phone that is paired, used, and shut out.

import assert from 'node:assert/strict';

const TEXT = 'wait 59 seconds';

export async function pairAPhone(person) {
  const { page } = person;
  await person.go('/devices');
  await person.press('Pair a phone');
  await page.getByRole('textbox', { name: 'Name' }).fill('Ada’s phone');
  await person.shootHere('pair-rights');
  await person.press('Show the code');
  const code = (await page.locator('dialog .code').innerText()).trim();
  await page.getByAltText(/QR code/).waitFor();
  await page.waitForFunction(() => document.querySelector('dialog img').naturalWidth > 100);
  await person.shootHere('pair-code');
  person.other = await person.phone('paired phone');
  await person.other.goto(`${person.url}/#code=${code}`);
  await person.other.getByRole('heading', { name: 'Pair this device' }).waitFor();
  assert.ok(!person.other.url().includes(code), 'the code is gone from the address');
  await person.shootOnly(person.other, 'phone-pairing');
  await person.other.getByRole('button', { name: 'Pair', exact: true }).tap();
  await person.other.locator('#prompt').waitFor();
  await person.press('Done');
  await page.locator('main li', { hasText: 'Ada’s phone' }).waitFor();
  await person.shoot('devices');
}

export async function stopARunFromIt(person) {
  const phone = person.other;
  const [seen] = await person.watchFor('article', TEXT, phone);
  const run = await person.ask(TEXT);
  const { at_ms } = (await person.events(run))[0];
  person.figure('from the event to the card on the phone', (await seen) - at_ms);
  await person.card(TEXT, phone).getByRole('link').tap();
  await phone.getByRole('tab', { name: 'Live' }).tap();
  const picture = phone.getByAltText('The screen of the run now');
  await picture.waitFor({ timeout: 30_000 });
  assert.equal(await picture.evaluate((image) => image.naturalWidth), 1280);
  await person.shootOnly(phone, 'phone-live');
  const stopped = Date.now();
  await phone.getByRole('button', { name: 'Cancel', exact: true }).tap();
  await phone.locator('header .state', { hasText: 'cancelled' }).waitFor({ timeout: 30_000 });
  person.figure('from Cancel on the phone to “cancelled”', Date.now() - stopped);
  const summary = await person.summary(run);
  assert.match(summary.reason, /Ada’s phone/, 'it is said who stopped it');
  await person.shootOnly(phone, 'phone-cancelled');
}

export async function revokeIt(person) {
  const { page, other } = person;
  await person.go('/devices');
  person.watch.provokes(/^401 GET \/api\/v1\/(session|stream|board)/);
  const row = page.locator('main li', { hasText: 'Ada’s phone' });
  await row.getByRole('button', { name: 'Revoke' }).click();
  await person.shootHere('revoke');
  const revoked = Date.now();
  await person.confirm('Revoke');
  await other.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await other.getByText('This device was signed out').waitFor();
  person.figure('from Revoke to the phone’s login page', Date.now() - revoked);
  await row.waitFor({ state: 'detached' });
  await person.shootOnly(other, 'phone-revoked');
  await other.context().close();
}
