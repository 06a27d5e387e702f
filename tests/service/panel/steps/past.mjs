// A run that is over: the time machine, its events, its pictures.

import assert from 'node:assert/strict';

const SIZE = [1280, 800];
const at = (page) => page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuenow').then(Number);
const count = (page) => page.locator('.slot').count();

export async function scrubByKeyboard(person) {
  const { page, run } = person;
  await person.go(`/runs/${run}/time`);
  await page.locator('.slot').first().waitFor();
  const steps = await count(page);
  assert.ok(steps >= 4, `only ${steps} steps`);
  await page.keyboard.press('Home');
  const kinds = new Set();
  let pairs = 0;
  for (let step = 1; step <= steps; step++) {
    await person.until(`step ${step} is shown`, async () => (await at(page)) === step);
    assert.ok(page.url().endsWith(`step=${step}`) || step === 1, page.url());
    const pictures = await lookAtStep(person);
    for (const kind of pictures.flatMap((picture) => picture.kinds)) kinds.add(kind);
    if (pictures.length === 2) pairs += 1;
    await page.keyboard.press('ArrowRight');
  }
  assert.equal(await at(page), steps, 'behind the last there is none');
  assert.ok(pairs >= 4, `only ${pairs} of ${steps} steps have a picture before and one after`);
  for (const kind of ['changed', 'evidence']) assert.ok(kinds.has(kind), `no step has a box of the kind ${kind}`);
  await page.keyboard.press('ArrowLeft');
  assert.equal(await at(page), steps - 1);
  await person.shoot('time');
}

/** Checks the pictures of the step on show, and gives them. */
async function lookAtStep(person) {
  const { page } = person;
  await person.settled();
  const pictures = await page.locator('.compare .picture').evaluateAll(readPictures);
  for (const { size, colours, boxes, strays } of pictures) {
    assert.deepEqual(size, SIZE);
    assert.ok(colours > 8, `a picture has only ${colours} colours`);
    assert.deepEqual(strays, [], 'boxes lie on the picture');
    for (const [x, y, w, h] of boxes)
      assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= SIZE[0] && y + h <= SIZE[1], `${[x, y, w, h]}`);
  }
  return pictures;
}

/** Runs in the page. */
function readPictures(frames) {
  const coloursOf = (image) => {
    const canvas = new OffscreenCanvas(160, 100);
    const brush = canvas.getContext('2d');
    brush.drawImage(image, 0, 0, 160, 100);
    return new Set(new Uint32Array(brush.getImageData(0, 0, 160, 100).data.buffer)).size;
  };
  // A program that is started is not photographed.
  const shown = frames.filter((frame) => frame.querySelector('img'));
  return shown.map((frame) => {
    const image = frame.querySelector('img');
    const rects = [...frame.querySelectorAll('rect:not(.halo)')];
    const whole = frame.getBoundingClientRect();
    const isInside = (r) =>
      r.left >= whole.left - 4 && r.top >= whole.top - 4 && r.right <= whole.right + 4 && r.bottom <= whole.bottom + 4;
    return {
      size: [image.naturalWidth, image.naturalHeight],
      colours: coloursOf(image),
      kinds: rects.map((r) => r.getAttribute('class').split(' ')[0]),
      boxes: rects.map((r) => ['x', 'y', 'width', 'height'].map((name) => Number(r.getAttribute(name)))),
      strays: rects.filter((r) => !isInside(r.getBoundingClientRect())).map((r) => r.outerHTML),
    };
  });
}

export async function scrubByDragging(person) {
  const { page } = person;
  const steps = await count(page);
  const track = await page.getByRole('slider', { name: 'Step' }).boundingBox();
  const middleOf = (step) => track.x + ((step - 0.5) / steps) * track.width;
  const y = track.y + track.height / 2;
  await page.mouse.move(middleOf(1), y);
  await page.mouse.down();
  for (let step = 1; step <= steps; step++) {
    await page.mouse.move(middleOf(step), y, { steps: 3 });
    await person.until(`dragging shows step ${step}`, async () => (await at(page)) === step);
  }
  // Beyond the end of the track it stays at the last one.
  await page.mouse.move(track.x + track.width + 80, y + 200);
  await page.mouse.up();
  assert.equal(await at(page), steps);
  await page.mouse.move(middleOf(1), y);
  assert.equal(await at(page), steps, 'what is let go follows no more');
}

export async function compareInEveryWay(person) {
  const { page } = person;
  const frames = (number) => person.until(`${number} pictures`, async () => (await pictures.count()) === number);
  const pictures = page.locator('.compare .picture img');
  await page.keyboard.press('ArrowLeft');
  for (const mode of ['Swipe', 'Fade', 'Difference']) {
    await page.keyboard.press('v');
    await page.getByRole('radio', { name: mode, checked: true }).waitFor();
    await frames(2);
    if (mode === 'Swipe') await dragTheEdge(person);
    await person.shootOnly(page, `time-${mode.toLowerCase()}-desk`);
  }
  await page.keyboard.press('v');
  await page.getByRole('radio', { name: 'Side by side', checked: true }).waitFor();
  await page.keyboard.press('z');
  await page.locator('.compare img.sharp').first().waitFor();
  await person.shootHere('time-close');
  await page.keyboard.press('z');
}

async function dragTheEdge({ page }) {
  const box = await page.locator('.over').boundingBox();
  const edge = () => page.locator('.over').evaluate((over) => over.style.getPropertyValue('--edge'));
  const before = await edge();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  assert.notEqual(await edge(), before);
  // The arrows are the time machine's again.
  await page.evaluate(() => document.activeElement.blur());
}

export async function seeTheWitness(person) {
  const { page } = person;
  await page.keyboard.press('End');
  const verdict = page.getByRole('list', { name: 'Verdicts' }).locator('li').first();
  await verdict.getByText('witness').waitFor();
  assert.match(await verdict.innerText(), /84/);
  await page.getByText('looked again: done').first().waitFor();
  await person.shoot('time-verdict');
}

export async function readTheEvents(person) {
  const { page, run } = person;
  await page.getByRole('tab', { name: 'Events' }).click();
  const events = await person.events(run);
  await page.getByText(`${events.length} events`).waitFor();
  assert.equal(await page.locator('#view ol > li').count(), events.length);
  await page.getByLabel('Kind').selectOption('judged');
  const judged = events.filter((event) => event.event === 'judged').length;
  await person.until(
    'only judgements are listed',
    async () => (await page.locator('#view ol > li').count()) === judged,
  );
  await page.locator('#view ol > li > button').first().click();
  await page.locator('.json').getByText('verdicts').waitFor();
  await page.getByLabel('Kind').selectOption('');
  await person.shoot('events');
}

export async function lookAtThePictures(person) {
  const { page, run } = person;
  await page.getByRole('tab', { name: 'Artifacts' }).click();
  await page.locator('#view ul > li').first().waitFor();
  const { artifacts } = await person.api('GET', `/runs/${run}/artifacts`);
  assert.equal(await page.locator('#view ul > li').count(), artifacts.length);
  await person.shoot('artifacts');
  await page
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  const picture = page.locator('dialog img');
  await picture.waitFor();
  await page.waitForFunction(() => document.querySelector('dialog img')?.naturalWidth === 1280);
  await page.keyboard.press('+');
  await page.getByRole('button', { name: '140 %' }).waitFor();
  await person.shootHere('picture');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
}
