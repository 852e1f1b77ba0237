/** A plan as large as they come, on disk. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

export const LINES = 1_000_000;

const AREA_CODES = ['212', '310', '312', '415', '516', '617', '718', '813', '914'];

/**
 * Lines of one order each, of up to 25 numbers; with `split`, each tenth line has two orders;
 * with a column of the plan's own. Returns the file's path.
 */
export async function writeBigPlan(
  folder: string,
  { lines = LINES, split = true } = {},
): Promise<string> {
  const path = join(folder, `plan-${lines}-${split}.csv`);
  const file = createWriteStream(path);
  file.write('area_code,quantity,type,fill_quantity,campaign\n');
  for (let from = 0; from < lines; from += 1_000) {
    let text = '';
    for (let at = from; at < Math.min(lines, from + 1_000); at++) {
      const quantity = split && at % 10 === 9 ? 30 : 1 + (at % 25);
      text += `${AREA_CODES[at % AREA_CODES.length]},${quantity},local,0,spring ${at % 100}\n`;
    }
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return path;
}
