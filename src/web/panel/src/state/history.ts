const KEY = 'guardian.requests';

/** What was asked on this device, the latest first. */
export function asked(): string[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}

export function remember(text: string): void {
  const all = [text, ...asked().filter((t) => t !== text)].slice(0, 100);
  localStorage.setItem(KEY, JSON.stringify(all));
}
