/** One element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const NAME = String.raw`[A-Za-z_][\w.-]*`;
// What XML 1.0 calls Char, but for characters beyond the first plane.
const CHARACTERS = /^[\t\n\r\u0020-\ufffd]*$/;
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#\d+);/g;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };

/** Reads a document of elements, attributes and text, strictly. @throws Error for what is not well-formed */
export function readXml(source: string): XmlElement {
  if (!source.isWellFormed() || !CHARACTERS.test(source)) throw new Error('a character that XML does not have');
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(source);
  if (head === null) throw new Error('no declaration');
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const part = new RegExp(String.raw`<(${NAME})((?:\s+${NAME}="[^"<]*")*)\s*(/?)>|</(${NAME})>|([^<]+)`, 'y');
  for (part.lastIndex = head[0].length; part.lastIndex < source.length;) {
    const at = part.lastIndex;
    const found = part.exec(source);
    if (found === null) throw new Error(`no XML at ${source.slice(at, at + 40)}`);
    const [, start, given = '', empty, end, text] = found;
    const current = open.at(-1)!;
    if (start !== undefined) {
      const element: XmlElement = { name: start, attributes: readAttributes(given), children: [], text: '' };
      current.children.push(element);
      if (empty === '') open.push(element);
    } else if (end !== undefined) {
      if (current.name !== end) throw new Error(`</${end}> closes ${current.name}`);
      open.pop();
    } else current.text += unescaped(text!);
  }
  const [only, another] = root.children;
  if (open.length !== 1 || only === undefined || another !== undefined || root.text.trim() !== '') throw new Error('not one root element');
  return only;
}

function readAttributes(given: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of given.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'g'))) {
    if (Object.hasOwn(attributes, name!)) throw new Error(`${name} stands there twice`);
    attributes[name!] = unescaped(value!);
  }
  return attributes;
}

function unescaped(text: string): string {
  if (text.replace(REFERENCE, '').includes('&')) throw new Error('an ampersand by itself');
  return text.replace(REFERENCE, (reference) => ENTITIES[reference] ?? String.fromCodePoint(Number(reference.slice(2, -1))));
}
