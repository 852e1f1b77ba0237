import { expect, test } from 'vitest';
import { openGuesses } from '../../src/web/security/guesses.ts';

const clock = () => {
  let ms = 0;
  const guesses = openGuesses(() => ms);
  return { ...guesses, pass: (more: number) => (ms += more) };
};

test('after twenty wrong passwords one more may be tried in two seconds', () => {
  const { wasWrong, waitS, pass } = clock();
  for (let n = 0; n < 20; n++) {
    expect(waitS('192.0.2.1', 'ops')).toBe(0);
    wasWrong('192.0.2.1', 'ops');
  }
  expect(waitS('192.0.2.1', 'ada')).toBe(2);
  expect(waitS('192.0.2.2', 'ops')).toBe(0);
  pass(2_000);
  expect(waitS('192.0.2.1', 'ops')).toBe(0);
  wasWrong('192.0.2.1', 'ops');
  expect(waitS('192.0.2.1', 'ops')).toBe(2);
});

test('many addresses that guess at one name have to wait together', () => {
  const { wasWrong, waitS } = clock();
  for (let n = 0; n < 100; n++) wasWrong(`192.0.2.${n}`, 'ops');
  expect([waitS('198.51.100.1', 'ops'), waitS('198.51.100.1', 'ada')]).toEqual([1, 0]);
});

test.each([
  ['2001:db8:1:2:3::9', '2001:db8:1:2:ffff::1', 2],
  ['2001:db8::1', '2001:db8::2', 2],
  ['2001:db8:1:2::9', '2001:db8:1:3::9', 0],
  ['2001:db8:1::5', '2001:db8:1:0:5:6:7:8', 2],
  ['2001::a:0:0:0:1', '2001:0:0:b::1', 0],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.2', 0],
])('what %s has tried, %s has to wait for: %i s', (one, other, seconds) => {
  const { wasWrong, waitS } = clock();
  for (let n = 0; n < 20; n++) wasWrong(one, 'ops');
  expect(waitS(other, 'ada')).toBe(seconds);
});
