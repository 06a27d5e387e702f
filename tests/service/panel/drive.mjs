// Drives the panel in a real browser through every screen, as a person would.
//
//   node drive.mjs ADDRESS FOLDER CHROMIUM
//
// ADDRESS is what `guardian serve --json` prints as `panel`; downloads and pictures of all screens go into FOLDER.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Person } from './person.mjs';
import * as entry from './steps/entry.mjs';
import * as past from './steps/past.mjs';
import * as phone from './steps/phone.mjs';
import * as rest from './steps/rest.mjs';
import * as runs from './steps/runs.mjs';
import * as templates from './steps/templates.mjs';

const STEPS = [
  entry.signInByTheAddress,
  runs.askOnTheBoard,
  runs.followItLive,
  runs.seeItPass,
  past.scrubByKeyboard,
  past.scrubByDragging,
  past.compareInEveryWay,
  past.seeTheWitness,
  runs.askToWriteOver,
  past.readTheEvents,
  past.lookAtThePictures,
  templates.fillInTheForm,
  templates.readTheLog,
  templates.downloadTheReport,
  runs.allowToWriteOver,
  runs.cancelOnItsCard,
  runs.pauseAndResume,
  runs.retryFromATask,
  runs.findAndDelete,
  phone.pairAPhone,
  phone.stopARunFromIt,
  phone.revokeIt,
  templates.keepASchedule,
  templates.writeATemplate,
  rest.readMemory,
  rest.readModels,
  rest.readSettings,
  rest.readDoctor,
  rest.readMetrics,
  rest.goByKeys,
  rest.seeWhatIsNotThere,
  entry.logOut,
  entry.tryAWrongToken,
  entry.signInByTheForm,
];

const [panel, dir, chromium] = process.argv.slice(2);
if (!chromium) {
  console.error('node drive.mjs ADDRESS FOLDER CHROMIUM');
  process.exit(2);
}
mkdirSync(dir, { recursive: true });
const person = new Person(panel, dir);

async function take(step) {
  const began = Date.now();
  try {
    await step(person);
  } catch (error) {
    await person.page?.screenshot({ path: join(dir, 'failed.png') }).catch(() => {});
    throw new Error(`the step “${step.name}” failed at ${person.page?.url()}`, { cause: error });
  }
  console.log(`${step.name} ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

try {
  const began = Date.now();
  await person.sitDown(chromium);
  for (const step of STEPS) await take(step);
  for (const [name, ms] of Object.entries(person.figures)) console.log(`${name}: ${ms} ms`);
  assert.deepEqual(person.watch.wrong, [], 'something went wrong beside what was tested');
  console.log(`all done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(error);
  console.error('besides:', person.watch.wrong);
  process.exitCode = 1;
} finally {
  await person.browser?.close();
}
