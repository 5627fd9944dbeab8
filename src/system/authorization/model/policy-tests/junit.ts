import { showPlace } from '../yaml/place.js';
import type { FileOutcome, RunOutcome } from './run-files.js';
import type { TestOutcome } from './run-test.js';

/** The outcome as JUnit XML, which CI systems read: a suite for each file, an error for a file that could not run. */
export function junitXml({ files }: RunOutcome): string {
  const suites = files.map(suiteOf);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes(countsOf(files))}>\n${suites.join('')}</testsuites>\n`;
}

function suiteOf(file: FileOutcome): string {
  const head = attributes({ name: file.name, file: file.file, ...countsOf([file]) });
  return `  <testsuite ${head}>\n${file.tests.map((test) => caseOf(file, test)).join('')}${errorOf(file)}  </testsuite>\n`;
}

function caseOf({ file }: FileOutcome, { test, at, differences, took }: TestOutcome): string {
  const head = attributes({ name: test.name, classname: file, file: test.at.file, line: test.at.line, time: seconds(took) });
  if (differences.length === 0) return `    <testcase ${head}/>\n`;
  const failure = attributes({ type: 'expectation', message: differences[0]! });
  return `    <testcase ${head}>\n      <failure ${failure}>${escapedText([showPlace(at), ...differences].join('\n'))}</failure>\n    </testcase>\n`;
}

// A file that cannot run has no tests; what is wrong with it stands as one of its own, so that no CI system takes it for passed.
function errorOf({ file, problems, internal, took }: FileOutcome): string {
  const lines = internal === undefined ? problems.map(({ place, message }) => `${showPlace(place)}: ${message}`) : [internal];
  if (lines.length === 0) return '';
  const head = attributes({ name: 'the file can be run', classname: file, file, time: seconds(took) });
  const error = attributes({ type: internal === undefined ? 'file' : 'internal', message: lines[0]! });
  return `    <testcase ${head}>\n      <error ${error}>${escapedText(lines.join('\n'))}</error>\n    </testcase>\n`;
}

function countsOf(files: readonly FileOutcome[]): Record<string, string | number> {
  const tests = files.flatMap((file) => file.tests);
  const broken = files.filter(({ problems, internal }) => problems.length > 0 || internal !== undefined).length;
  return {
    tests: tests.length + broken,
    failures: tests.filter(({ differences }) => differences.length > 0).length,
    errors: broken,
    skipped: 0,
    time: seconds(files.reduce((sum, { took }) => sum + took, 0)),
  };
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).map(([name, value]) => `${name}="${escaped(String(value))}"`).join(' ');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(6);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\n': '&#10;', '\t': '&#9;', '\r': '&#13;' };

// XML 1.0 has no way to say the other control characters, nor the two that are no characters.
// eslint-disable-next-line no-control-regex
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escaped(text: string): string {
  return speakable(text).replace(/[&<>"'\n\t\r]/g, (character) => ENTITIES[character]!);
}

function escapedText(text: string): string {
  return speakable(text).replace(/[&<>\r]/g, (character) => ENTITIES[character]!);
}

function speakable(text: string): string {
  return text.toWellFormed().replace(UNSPEAKABLE, '\ufffd');
}
