/**
 * Bytes to a tree, or why not. XMLParser alone accepts 74 of the 409 beginnings of the vendor's
 * own example, ten of them as a plausible purchase; XMLValidator accepts none of them but lets HTML
 * pages, doubled elements and control characters pass. So both are asked, and the caller holds the
 * tree against a closed schema. No message of either is passed on: they quote the body.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { readText, whyUnreadable } from './text.ts';

/** `text` is what the tree was made of, with the comments and attributes that the tree lacks. */
export type Tree = { tree: unknown; text: string } | { why: string };

export type XmlShape = {
  /** Names of the root: the text must end with its end tag, or with an empty element. */
  roots: string[];
  /** Parsing blocks the process (50 MB: 10 s), so size is asked before anything else. */
  mostBytes: number;
  /** The path of the element that may be repeated, `a.b.c`. */
  list: string;
};

export function readXml(body: Buffer, contentType: string | null, shape: XmlShape): Tree {
  if (body.length === 0) return { why: 'it is empty' };
  if (body.length > shape.mostBytes) return { why: `it is longer than ${shape.mostBytes} bytes` };
  const whole = readText(body, contentType);
  if (whole === null) return { why: whyUnreadable(body, contentType) };
  const text = unwrapped(whole);
  // The vendor declares elements in its answers, never entities; an entity could spell "success".
  if (/<!ENTITY/i.test(text)) return { why: 'it declares XML entities' };
  if (!isWellFormed(text)) return { why: 'it is not well-formed XML' };
  if (!shape.roots.some((root) => endsWith(text, root))) {
    return { why: `it does not end with </${shape.roots[0]}>` };
  }
  try {
    return { tree: parserFor(shape.list).parse(text), text };
  } catch {
    return { why: 'it is not XML that can be read safely' };
  }
}

/** Whether a text is one whole XML document of any kind; false when it was cut. */
export function isWellFormed(text: string): boolean {
  return XMLValidator.validate(text) === true;
}

/**
 * Without what a server or a proxy puts around a document and what means nothing there: blank
 * lines, and comments after its end. A document that is cut does not end with its root's end tag
 * then either.
 */
function unwrapped(text: string): string {
  let document = text.trim();
  while (document.endsWith('-->')) {
    const comment = document.lastIndexOf('<!--');
    // A comment may not hold two hyphens, so this is its beginning.
    if (comment === -1 || document.slice(comment + 4, -3).includes('--')) return document;
    document = document.slice(0, comment).trimEnd();
  }
  return document;
}

function endsWith(end: string, root: string): boolean {
  return end.endsWith(`</${root}>`) || end.endsWith(`<${root}/>`);
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
