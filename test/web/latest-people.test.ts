import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { keepSecret } from '../../src/scrub.ts';
import { latestPeople } from '../../src/web/latest-people.ts';
import { recordingLog } from '../support/recording-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a new password holds, also when another setting has a fault later', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'password');
  writeFileSync(file, 'the first password\n', { mode: 0o600 });
  process.env = {
    ...before,
    ...{ WEB_USER: 'ada', WEB_PASSWORD_FILE: file, DATA_DIR: folder },
    DIALOGTECH_URL: 'http://127.0.0.1:9',
  };
  const config = await readConfig();
  const { log, lines } = recordingLog();
  const people = latestPeople(config.web, { secrets: keepSecret([]), log });
  try {
    writeFileSync(file, 'the second password\n');
    await until(() => people.webUser?.password === 'the second password', {
      what: 'the new password holds',
    });
    let reads = 0;
    Object.defineProperty(process.env, 'ACCOUNTS_FILE', {
      enumerable: true,
      get() {
        reads += 1;
        return join(folder, 'gone.json');
      },
    });
    await until(() => reads >= 4, { what: 'the fault was met' });
    expect(people.webUser?.password).toBe('the second password');
    expect(lines.filter(({ msg }) => msg === 'who may sign in has changed')).toHaveLength(1);
  } finally {
    people.stop();
  }
});
