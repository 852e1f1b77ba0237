import { describeWith } from '../support/servers.ts';
import { KILLED } from './killed.ts';
import { testSideBySide } from './side-by-side.ts';
import { STOPPED } from './stopped.ts';

describeWith(['postgres', 'redis'], 'a worker that', () => {
  testSideBySide({ ...KILLED, ...STOPPED });
});
