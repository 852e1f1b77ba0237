import { describe, expect, test } from 'vitest';
import { faultsOf, file, KEYS, read } from './environment.ts';

describe('keys in files', () => {
  test('are read without the line break at their end', async () => {
    const key = file('key', 'open\n');
    const secret = file('secret', ' sesame\r\n');
    const config = await read({
      DIALOGTECH_ACCESS_KEY_FILE: key.path,
      DIALOGTECH_SECRET_ACCESS_KEY_FILE: secret.path,
    });
    expect(config).toMatchObject({
      accounts: [{ mode: 'live', accessKey: 'open', secretAccessKey: 'sesame' }],
      secrets: ['open', 'sesame'],
    });
  });

  test('are those of the web as well', async () => {
    const config = await read({
      WEB_USER_FILE: file('user', 'ops\n').path,
      WEB_PASSWORD_FILE: file('password', 'let me in, please\n').path,
    });
    expect(config).toMatchObject({
      web: { signIn: { user: 'ops', password: 'let me in, please' } },
      secrets: ['let me in, please'],
    });
  });

  test('that are missing, empty, or there twice are faults', async () => {
    const { path } = file('key', ' \n');
    expect(
      await faultsOf({ ...KEYS, DIALOGTECH_ACCESS_KEY_FILE: file('key', 'other').path }),
    ).toEqual([
      'DIALOGTECH_ACCESS_KEY and DIALOGTECH_ACCESS_KEY_FILE are both set: keep one of them.',
    ]);
    const faults = await faultsOf({
      DIALOGTECH_ACCESS_KEY_FILE: path,
      DIALOGTECH_SECRET_ACCESS_KEY_FILE: '/nowhere/secret',
    });
    expect(faults).toEqual([
      `DIALOGTECH_ACCESS_KEY_FILE names ${path}, which is empty.`,
      'DIALOGTECH_SECRET_ACCESS_KEY_FILE names a file (its name is not shown: it may be the ' +
        'key), which cannot be read (ENOENT).',
    ]);
  });
});
