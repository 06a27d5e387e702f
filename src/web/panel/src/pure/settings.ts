// What is typed for a setting, and the value that it means.

export type Kind = 'switch' | 'number' | 'list' | 'text' | 'password';
export type Typed = string | boolean;

const PASSWORD = 'serve.password';

export function kindOf(name: string, value: unknown): Kind {
  if (name === PASSWORD) return 'password';
  if (typeof value === 'boolean') return 'switch';
  if (typeof value === 'number') return 'number';
  return Array.isArray(value) ? 'list' : 'text';
}

/** What stands in the field at first. A password is never told, so nothing does. */
export function typedOf(kind: Kind, value: unknown): Typed {
  if (kind === 'switch') return value === true;
  if (kind === 'password') return '';
  return kind === 'list' ? (value as unknown[]).join('\n') : String(value ?? '');
}

/** The value that is meant, or what is wrong with what was typed. */
export function meant(kind: Kind, typed: Typed): { value: unknown } | { error: string } {
  if (kind === 'list') {
    const lines = String(typed).split('\n');
    return { value: lines.map((line) => line.trim()).filter(Boolean) };
  }
  if (kind !== 'number') return { value: typed };
  const number = Number(String(typed).trim().replace(',', '.'));
  return String(typed).trim() && Number.isFinite(number) ? { value: number } : { error: 'This is not a number.' };
}
