const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const ESCAPES = /&#(\d{1,7});|&#x([\da-f]{1,6});|%([2-7][\da-f])|\\u([\da-f]{4})/gi;

/** Resolves references of XML and HTML, and escapes of URLs and JSON. */
export function resolveEscapes(text: string): string {
  return text
    .replace(ESCAPES, (_all, decimal, ...hex) => {
      const code = decimal ? Number(decimal) : Number.parseInt(hex.slice(0, 3).join(''), 16);
      return code > 0 && code <= 0xffff ? String.fromCharCode(code) : ' ';
    })
    .replaceAll('&nbsp;', ' ')
    .replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => NAMED[name]!);
}
