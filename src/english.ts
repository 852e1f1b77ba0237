/**
 * 48200 -> `48,200`, whatever the machine's language. By hand, because the first use of `Intl`
 * takes a process 10 ms.
 */
export function count(n: number): string {
  const [whole = '', fraction] = String(n).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1 order`, `2 orders`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b, and c`. */
export function listed(items: string[]): string {
  if (items.length < 3) return items.join(' and ');
  return `${items.slice(0, -1).join(', ')}, and ${items.at(-1)}`;
}

/** `a, b and 3 more`: the first of them, and how many others there are. */
export function firstOf(items: string[], shown: number): string {
  const first = items.slice(0, shown).join(', ');
  const more = items.length - shown;
  return more > 0 ? `${first} and ${count(more)} more` : first;
}

/** 75 as "1:15", 4000 as "1:06:40", 90000 as "1 d 1:00:00". */
export function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const parts = [
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds % 60),
  ];
  if (parts[0] === 0 && days === 0) parts.shift();
  const clock = parts.map((part, i) => String(part).padStart(i === 0 ? 1 : 2, '0')).join(':');
  return days > 0 ? `${days} d ${clock}` : clock;
}
