import type { Right } from './types';

/** Rights in the order in which they weigh, with what they allow. */
export const RIGHTS: [Right, string][] = [
  ['watch', 'see runs, logs, pictures and the screen'],
  ['ask', 'ask for new runs'],
  ['approve', 'answer questions, give permissions'],
  ['stop', 'cancel and pause'],
  ['manage', 'delete, change templates and devices'],
];
