import { Composer, Lexer, LineCounter, Parser, type CST, type Document, type ParsedNode } from 'yaml';
import type { Problems } from './problems.js';

/** Levels of collections in each other. */
const MOST_LEVELS = 32;
/** Words and signs of a file: what reading costs depends on them. */
const MOST_LEXEMES = 400_000;

/** A parsed document, with the means to say where its nodes are. */
export interface ParsedYaml {
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
}

/**
 * Parses one YAML 1.2 document. What would cost more than the size of the text is refused before it is made: the composer of the
 * library calls itself for each level, and a stack that is full can end the process.
 *
 * @returns undefined when something is wrong, which has been reported
 */
export function parseYaml(file: string, source: string, problems: Problems): ParsedYaml | undefined {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const report = (offset: number, message: string): undefined => problems.add(placeAt(file, lines, offset), message);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  // Each collection that is open has one entry on the stack of the parser, beside the document and the current scalar.
  for (const lexeme of new Lexer().lex(source)) {
    lexemes += 1;
    if (lexemes > MOST_LEXEMES) return report(0, `This file holds more than ${MOST_LEXEMES} words and signs.`);
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MOST_LEVELS + 3) return report(parser.offset, `Collections stand at most ${MOST_LEVELS} levels deep in each other.`);
  }
  for (const token of parser.end()) tokens.push(token);
  const broken = tokens.find((token) => token.type === 'error');
  if (broken?.type === 'error') return report(broken.offset, broken.message);

  const documents = [...new Composer({ version: '1.2', lineCounter: lines, strict: true, uniqueKeys: false, merge: false, logLevel: 'silent' }).compose(tokens)];
  const [document, another] = documents;
  if (document === undefined) return report(0, 'This file is empty.');
  if (another !== undefined) return report(another.range[0], 'A file holds one document.');
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    report(pos[0], message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''));
    if (problems.isFull) break;
  }
  return document.errors.length + document.warnings.length > 0 ? undefined : { document: document as Document.Parsed<ParsedNode>, lines };
}

/** Place of an offset in the text. */
export function placeAt(file: string, lines: LineCounter, offset: number): { file: string; line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
