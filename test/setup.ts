import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll } from 'vitest';
import { undoAll } from './support/clean-up.ts';

// It comes before each file's own hooks, and hooks of this kind run in reverse: a file's own
// afterAll still finds everything open.
afterAll(undoAll);

// The files of a process share what it trusts, and some tests trust a certificate of their own.
const trusted = getCACertificates('default');
afterAll(() => {
  if (getCACertificates('default').length !== trusted.length) setDefaultCACertificates(trusted);
});
