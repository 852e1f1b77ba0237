import { describe, expect, it } from 'vitest';
import { keyPrintingDebug } from '../../src/config/debug-leak.ts';

describe('NODE_DEBUG', () => {
  it.each(['undici', 'net,UNDICI', 'http', 'fetch', '*', 'und*', ' undici '])(
    'that contains "%s" is reported, since it prints the keys',
    (value) => expect(keyPrintingDebug(value)).toContain('NODE_DEBUG'),
  );

  it.each([undefined, '', 'timer', 'fs,net', 'undic', 'my-http'])(
    'that is %j harms nothing',
    (value) => expect(keyPrintingDebug(value)).toBeNull(),
  );
});
