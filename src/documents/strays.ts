import { z } from 'zod';
import { document, nextPage, time } from './fields.ts';

/** A number that the account owns and none of its orders has. */
export const Stray = document('Stray', {
  number: z.string(),
  listedAt: time.describe('when the list was read to which it came, or came back'),
  order: z
    .int()
    .nullable()
    .describe('the unknown order that bought it, by the verdict on it; null: there is none'),
  isForeign: z.boolean().describe('a person said that it was bought outside this program'),
});
export type Stray = z.output<typeof Stray>;

export const StrayList = document('StrayList', {
  strays: z.array(Stray),
  next: nextPage('after'),
});

export const NumberList = document('NumberList', {
  numbers: z.array(z.string()).describe('the numbers that the request named'),
});
