import { describe, expect, test } from 'vitest';
import { faultOfName, isPart, personOf } from '../../src/name-rule.ts';

describe('one person', () => {
  test.each([
    ['ada', 'Ada', 'ADA', 'system:ada', 'system:Ada'],
    ['émile', 'Émile', 'ÉMILE', 'E\u0301mile', 'e\u0301mile'],
    ['νικος', 'ΝΙΚΟΣ', 'νικοσ'],
    ['ipek', 'İpek', 'İPEK', 'IPEK', 'ıpek'],
    ['reuss', 'Reuß', 'REUẞ', 'REUSS'],
    ['нина', 'Нина', 'НИНА'],
    ['kim', '\u212aim', 'ｋｉｍ', 'ＫＩＭ'],
    ['ada lovelace', 'Ada\u00a0Lovelace'],
    ['token:nightly', 'token:Nightly'],
  ])('is %s, however it is spelled', (person, ...spellings) => {
    expect([person, ...spellings].map(personOf)).toEqual(Array(spellings.length + 1).fill(person));
  });

  test.each([
    ['émile', 'emile'],
    ['ada', 'token:ada'],
    ['żak', 'zak'],
    ['ada', 'аda'],
  ])('%s is not %s', (one, other) => expect(personOf(one)).not.toBe(personOf(other)));

  test('is the same in capitals, small letters and separate accents, for any letter', () => {
    const others = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code))
      .filter((letter) => /[\p{L}\p{N}\p{M}]/u.test(letter))
      .flatMap((letter) => [`a${letter}`, `a${letter}b`])
      .filter((name) => {
        const person = personOf(name);
        const [capitals, small] = [name.toUpperCase(), name.toLowerCase()];
        return [person, capitals, small, name.normalize('NFD'), name.normalize('NFKC')].some(
          (spelling) => personOf(spelling) !== person,
        );
      });
    expect(others).toEqual([]);
  });

  test.each(['lİmit', 'lımıt', 'SWEEP'])('%s is a part of the program', (name) => {
    expect(faultOfName(name)).toBe('is the name of a part of the program');
  });

  test('of the machine is no part of the program', () => {
    expect(isPart('system:limit')).toBe(false);
  });
});
