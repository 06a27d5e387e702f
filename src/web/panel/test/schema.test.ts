import { describe, expect, it } from 'vitest';
import { errorsOf, fieldsOf, firstInputs, parametersOf } from '../src/pure/schema';
import type { Schema } from '../src/pure/types';

const SCHEMA: Schema = {
  type: 'object',
  required: ['week', 'to'],
  properties: {
    week: { type: 'integer', title: 'Week', minimum: 1, maximum: 53, default: 48 },
    share: { type: 'number', exclusiveMinimum: 0 },
    code: { type: 'string', pattern: '^[A-Z]{2}$' },
    format: { type: 'string', enum: ['pdf', 'csv'], default: 'pdf' },
    level: { type: 'integer', enum: [1, 2] },
    raw: { type: 'boolean', default: true },
    to: { type: 'array', items: { type: 'string', format: 'email' }, maxItems: 2 },
  },
};
const fields = fieldsOf(SCHEMA);
const filled = { ...firstInputs(fields), to: ['a@b'] };
const errors = (change: Record<string, string | boolean | string[]>) => errorsOf(fields, { ...filled, ...change });

describe('a form from a schema', () => {
  it('begins with the defaults, or with what is given', () => {
    expect(firstInputs(fields)).toEqual({
      week: '48',
      share: '',
      code: '',
      format: 'pdf',
      level: '',
      raw: true,
      to: [],
    });
    expect(firstInputs(fields, { week: 3, raw: false, to: ['x@y'] })).toMatchObject({
      week: '3',
      raw: false,
      to: ['x@y'],
    });
  });
  it('is without errors when it is filled in well', () => expect(errors({})).toEqual({}));
  it('names what is wrong by the field', () => {
    const check = (field: string, input: string | string[], says: RegExp) =>
      expect(errors({ [field]: input })).toEqual({ [field]: expect.stringMatching(says) });
    check('week', '', /Fill this in/);
    check('week', 'x', /not a number/);
    check('week', '1.5', /whole/);
    check('week', '0', /At least 1/);
    check('week', '54', /At most 53/);
    check('share', '0', /More than 0/);
    check('code', 'abc', /Must match/);
    check('format', 'doc', /Choose/);
    check('to', [], /at least one/);
    check('to', ['a@b', 'c@d', 'e@f'], /at most 2/);
    check('to', ['nobody'], /“nobody”: .*e-mail/);
  });
  it('lets a list that need not be filled in stay empty', () => {
    const optional = fieldsOf({ properties: { to: { type: 'array', minItems: 2 } } });
    expect(errorsOf(optional, { to: [] })).toEqual({});
    expect(errorsOf(optional, { to: ['a'] })).toEqual({ to: 'Give at least 2.' });
  });
  it('leaves a pattern alone that it cannot read', () => {
    const odd = fieldsOf({ properties: { a: { type: 'string', pattern: '(?i)x' } } });
    expect(errorsOf(odd, { a: 'y' })).toEqual({});
  });
  it('sends values of the right kinds, and nothing that was left empty', () => {
    expect(parametersOf(fields, { ...filled, level: '2' })).toEqual({
      week: 48,
      format: 'pdf',
      level: 2,
      raw: true,
      to: ['a@b'],
    });
    expect(parametersOf(fields, { ...filled, share: '2.5', to: ['a@b', ' '] })).toMatchObject({
      share: 2.5,
      to: ['a@b'],
    });
  });
});
