import type { Schema } from './types';

// Forms from the JSON Schema of a template's parameters. Inputs hold text, so that what was typed stays visible
// while it is wrong; `parametersOf` turns it into values.

export type Kind = 'text' | 'long' | 'number' | 'integer' | 'switch' | 'choice' | 'list';
export interface Field {
  name: string;
  label: string;
  schema: Schema;
  kind: Kind;
  required: boolean;
}
export type Inputs = Record<string, string | boolean | string[]>;

export function fieldsOf(schema: Schema): Field[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, s]) => ({
    name,
    label: s.title ?? name.replaceAll('_', ' '),
    schema: s,
    kind: kindOf(s),
    required: required.has(name),
  }));
}

function kindOf(schema: Schema): Kind {
  if (schema.enum) return 'choice';
  const type = Array.isArray(schema.type) ? schema.type.find((t) => t !== 'null') : schema.type;
  switch (type) {
    case 'number':
      return 'number';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'switch';
    case 'array':
      return 'list';
    default:
      return schema.format === 'multiline' || (schema.maxLength ?? 0) > 200 ? 'long' : 'text';
  }
}

/** What the inputs hold at first: the defaults, or what `given` says. */
export function firstInputs(fields: readonly Field[], given: Record<string, unknown> = {}): Inputs {
  return Object.fromEntries(fields.map((f) => [f.name, firstInput(f, given[f.name] ?? f.schema.default)]));
}

function firstInput(field: Field, value: unknown): string | boolean | string[] {
  if (field.kind === 'switch') return value === true;
  if (field.kind === 'list') return Array.isArray(value) ? value.map(String) : [];
  return value === undefined || value === null ? '' : String(value);
}

/** What is wrong, by the name of the field; empty when all is well. */
export function errorsOf(fields: readonly Field[], inputs: Inputs): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const error = errorOf(field, inputs[field.name]);
    if (error) errors[field.name] = error;
  }
  return errors;
}

function errorOf(field: Field, input: string | boolean | string[] | undefined): string | null {
  if (typeof input === 'boolean') return null;
  if (field.kind === 'list') return listError(field, (input as string[] | undefined) ?? []);
  const text = (input as string | undefined) ?? '';
  if (text.trim() === '') return field.required ? 'Fill this in.' : null;
  if (field.kind === 'number' || field.kind === 'integer') return numberError(field, text);
  if (field.kind === 'choice')
    return field.schema.enum!.some((e) => String(e) === text) ? null : 'Choose one of the list.';
  return textError(field.schema, text);
}

function listError(field: Field, items: string[]): string | null {
  const { minItems, maxItems, items: each } = field.schema;
  const filled = items.filter((i) => i.trim() !== '');
  // What need not be filled in may be left out, whatever it would have to be.
  if (filled.length === 0 && !field.required) return null;
  const least = Math.max(minItems ?? 0, field.required ? 1 : 0);
  if (filled.length < least) return least === 1 ? 'Give at least one.' : `Give at least ${least}.`;
  if (maxItems !== undefined && filled.length > maxItems) return `Give at most ${maxItems}.`;
  for (const item of filled) {
    const error = each ? textError(each, item) : null;
    if (error) return `“${item}”: ${error}`;
  }
  return null;
}

function numberError({ kind, schema }: Field, text: string): string | null {
  const n = Number(text);
  if (!Number.isFinite(n)) return 'This is not a number.';
  if (kind === 'integer' && !Number.isInteger(n)) return 'Give a whole number.';
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && n < minimum) return `At least ${minimum}.`;
  if (maximum !== undefined && n > maximum) return `At most ${maximum}.`;
  if (exclusiveMinimum !== undefined && n <= exclusiveMinimum) return `More than ${exclusiveMinimum}.`;
  if (exclusiveMaximum !== undefined && n >= exclusiveMaximum) return `Less than ${exclusiveMaximum}.`;
  return null;
}

function textError(schema: Schema, text: string): string | null {
  const length = [...text].length;
  if (schema.enum && !schema.enum.some((e) => String(e) === text)) return `One of ${schema.enum.join(', ')}.`;
  if (schema.minLength !== undefined && length < schema.minLength) return `At least ${schema.minLength} characters.`;
  if (schema.maxLength !== undefined && length > schema.maxLength) return `At most ${schema.maxLength} characters.`;
  if (schema.pattern && !matches(schema.pattern, text))
    return schema.description ? `This does not fit. ${schema.description}` : `Must match ${schema.pattern}`;
  if (schema.format === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) return 'This is not an e-mail address.';
  if ((schema.format === 'uri' || schema.format === 'url') && !URL.canParse(text)) return 'This is not an address.';
  if (schema.format === 'date' && !/^\d{4}-\d\d-\d\d$/.test(text)) return 'Give a date as 2026-01-31.';
  return null;
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    // The daemon's dialect may know what this one does not; it checks again.
    return true;
  }
}

/** The values that are sent: what was left empty is left out. */
export function parametersOf(fields: readonly Field[], inputs: Inputs): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, kind, schema } of fields) {
    const input = inputs[name];
    if (kind === 'switch') values[name] = input === true;
    else if (kind === 'list') {
      const filled = (input as string[]).filter((i) => i.trim() !== '');
      if (filled.length || schema.default !== undefined) values[name] = filled;
    } else if (input === '') continue;
    else if (kind === 'number' || kind === 'integer') values[name] = Number(input);
    else if (kind === 'choice') values[name] = schema.enum!.find((e) => String(e) === input);
    else values[name] = input;
  }
  return values;
}
