const ENGLISH = new Intl.NumberFormat('en-US');

/** 48200 -> `48,200`: what people read is English wherever the program runs. */
export function count(n: number): string {
  return ENGLISH.format(n);
}

/** `1 order`, `2 orders`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}
