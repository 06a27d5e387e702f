import { expect, it } from 'vitest';
import { kindOf, meant, typedOf } from '../src/pure/settings';

it('finds the field that fits', () => {
  expect([true, 3, ['a'], 'x'].map((value) => kindOf('a.b', value))).toEqual(['switch', 'number', 'list', 'text']);
  expect(kindOf('serve.password', 'set')).toBe('password');
});
it('shows what is set, a password never', () => {
  expect(typedOf('list', ['a', 'b'])).toBe('a\nb');
  expect(typedOf('number', 12)).toBe('12');
  expect(typedOf('password', 'set')).toBe('');
});
it('knows what is meant', () => {
  expect(meant('list', ' a\n\nb ')).toEqual({ value: ['a', 'b'] });
  expect(meant('number', ' 1,5 ')).toEqual({ value: 1.5 });
  expect(meant('number', '')).toHaveProperty('error');
  expect(meant('number', 'many')).toHaveProperty('error');
  expect(meant('switch', false)).toEqual({ value: false });
});
