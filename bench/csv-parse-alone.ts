/** Counts the rows of a file as csv-parse streams them, and does nothing with them. */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

const [path = ''] = process.argv.slice(2);
let rows = 0;
const from = performance.now();
const parser = createReadStream(path).pipe(parse());
for await (const _ of parser) rows += 1;
process.stdout.write(`${JSON.stringify({ rows, ms: performance.now() - from })}\n`);
