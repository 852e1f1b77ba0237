/**
 * Bytes to a tree, or why not. XMLParser alone accepts 74 of the 409 beginnings of the vendor's
 * example, ten of them as a plausible sale. XMLValidator accepts none of these, but lets HTML
 * pages, doubled elements and control characters pass. So both must accept the text, and the caller
 * checks the tree with a closed schema. Messages of both quote the body and are not passed on.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { readText, whyUnreadable } from './charset.ts';

/** `whole` is the text as it came, with the comments and attributes that the tree lacks. */
export type Tree = { tree: unknown; whole: string } | { why: string };

export type XmlShape = {
  /** Names of the root. The text must end with the root's end tag, or be an empty root. */
  roots: string[];
  /** Checked first: parsing blocks the process (50 MB: 10 s). */
  mostBytes: number;
  /** The path of the repeatable element, `a.b.c`. */
  list: string;
};

export function readXml(body: Buffer, contentType: string | null, shape: XmlShape): Tree {
  if (body.length === 0) return { why: 'it is empty' };
  if (body.length > shape.mostBytes) return { why: `it is longer than ${shape.mostBytes} bytes` };
  const whole = readText(body, contentType);
  if (whole === null) return { why: whyUnreadable(body, contentType) };
  const text = unwrapped(whole);
  // The vendor declares elements, never entities; an entity could spell "success".
  if (/<!ENTITY/i.test(text)) return { why: 'it declares XML entities' };
  if (!isWellFormed(text)) return { why: 'it is not well-formed XML' };
  if (!shape.roots.some((root) => endsWith(text, root))) {
    return { why: `it does not end with </${shape.roots[0]}>` };
  }
  try {
    return { tree: parserFor(shape.list).parse(text), whole };
  } catch {
    return { why: 'it is not XML that can be read safely' };
  }
}

/** Whether a text is one whole XML document of any kind. */
export function isWellFormed(text: string): boolean {
  return XMLValidator.validate(text) === true;
}

/**
 * Removes what servers and proxies put around a document: blank lines, and comments after the end.
 * A cut document does not look complete after this.
 */
function unwrapped(text: string): string {
  let document = text.trim();
  while (document.endsWith('-->')) {
    const comment = document.lastIndexOf('<!--');
    // A comment cannot contain two hyphens. If this one does, its beginning is elsewhere.
    if (comment === -1 || document.slice(comment + 4, -3).includes('--')) return document;
    document = document.slice(0, comment).trimEnd();
  }
  return document;
}

function endsWith(text: string, root: string): boolean {
  return text.endsWith(`</${root}>`) || text.endsWith(`<${root}/>`);
}

function parserFor(list: string): XMLParser {
  return new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    // Phone numbers stay text; parsed as numbers, 0051112222 would lose its zeros.
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    processEntities: true,
    htmlEntities: false,
    maxNestedTags: 8,
    isArray: (_name, path) => path === list,
  });
}
