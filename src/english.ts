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

/** `role a`, `roles a and b`. */
export function named(noun: string, items: readonly string[]): string {
  return `${noun}${items.length === 1 ? '' : 's'} ${listed(items)}`;
}

/** `a`, `a and b`, `a, b, and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 3) return items.join(' and ');
  return `${items.slice(0, -1).join(', ')}, and ${items.at(-1)}`;
}

/** `a, b and 3 more`: the first of them, and how many others there are. */
export function firstOf(items: string[], shown: number): string {
  const first = items.slice(0, shown).join(', ');
  const more = items.length - shown;
  return more > 0 ? `${first} and ${count(more)} more` : first;
}

/** A time still to wait: 75 as "1:15", 4000 as "1:06:40", 90000 as "1 d 1:00:00". */
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

/** A time that has passed: `8 s`, `7 min 36 s`, `1 h 20 min`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return hours(Math.floor(seconds / 60));
}

/** `1 h 20 min`, `2 d 1 h 20 min`. */
export function hours(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  const text = `${Math.floor(minutes / 60) % 24} h ${minutes % 60} min`;
  return days > 0 ? `${days} d ${text}` : text;
}

/** The text with a full stop at its end, unless it has one. */
export function withFullStop(text: string): string {
  return /[.!?]["”]?$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
