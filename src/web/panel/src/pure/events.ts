import { plain } from './answers';
import { tasksOf } from './fold';
import type { RunEvent } from './types';
import { bytes, count, duration } from './words';

const again = (attempt: number) => (attempt > 1 ? `, try ${attempt}` : '');

/** One line that says what an event says. */
export function eventWords(event: RunEvent): string {
  switch (event.event) {
    case 'asked':
      return event.request.text ?? '';
    case 'claimed':
      return `by ${event.holder}${(event.attempt ?? 1) > 1 ? `, try ${event.attempt}` : ''}`;
    case 'planned':
      return count(tasksOf(event.graph).length, 'task');
    case 'desktop_ready':
      return `${event.display}, ${event.width} × ${event.height}${event.private ? ', private' : ''}`;
    case 'task_started':
      return `task ${event.task}${again(event.attempt)}, process ${event.pid}`;
    case 'agent_ready':
      return `task ${event.task}${again(event.attempt)}`;
    case 'stepped':
      return `task ${event.task}: ${event.why ? `${event.why}: ` : ''}${event.did} (${duration(event.took_ms)})`;
    case 'refused':
      return `task ${event.task}: ${event.what}: ${event.why}`;
    case 'question':
      return `${event.question}${event.options.length ? ` (${event.options.join(', ')})` : ''}`;
    case 'answered':
      return `${event.answer}${event.by ? `, by ${event.by}` : ''}`;
    case 'judged':
      return `task ${event.task}: ${event.verdicts.map((v) => `${v.outcome}, ${v.evidence.says}`).join('; ')}`;
    case 'task_ended':
      return `task ${event.task}: ${event.state}${event.reason ? `, ${event.reason}` : ''}`;
    case 'signalled':
      return `${event.signal}${event.by ? `, by ${event.by}` : ''}`;
    case 'requeued':
      return event.reason;
    case 'interrupted':
      return `${event.holder} is gone`;
    case 'artifact':
      return `${event.name}, ${event.media}, ${bytes(event.bytes)}`;
    case 'finished':
      return [event.state, plain(event.answer ?? ''), event.reason].filter(Boolean).join(', ');
    default:
      return '';
  }
}
