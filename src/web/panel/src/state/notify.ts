import type { RunSummary } from '../pure/types';
import { go } from './route.svelte';

const told = new Set<string>();

/** Tells of questions that nobody can see because the tab is hidden; each once. */
export function notify(questions: RunSummary[]): void {
  for (const run of questions) {
    const key = `${run.run}/${run.question!.id}`;
    if (told.has(key)) continue;
    told.add(key);
    if (document.hidden && 'Notification' in window && Notification.permission === 'granted') void show(run);
  }
}

async function show(run: RunSummary): Promise<void> {
  const options: NotificationOptions = {
    body: run.text,
    tag: run.run,
    icon: '/icon-192.png',
    requireInteraction: true,
  };
  const worker = await navigator.serviceWorker?.getRegistration();
  // Phones allow notifications only from a service worker.
  if (worker) return worker.showNotification(run.question!.question, options);
  const shown = new Notification(run.question!.question, options);
  shown.onclick = () => {
    window.focus();
    go('/questions');
  };
}
