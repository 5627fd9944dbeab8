import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { FAILED, OK, WRONG_USAGE, type Command } from '../command.js';
import type { Invocation } from '../invocation.js';
import { UsageError } from '../usage-error.js';

const test: Command = {
  name: 'test',
  summary: 'Run tests of rules: files of model, data and expectations, in memory, without a server or a database.',
  details: 'Exit code 1: a test failed, or the coverage is below the minimum; 2: a file could not be run. docs/policy-tests.md says how files are written.',
  data: true,
  arguments: [{ name: 'PATH', help: 'Files, or folders with files called *.test.yaml or *.test.yml; this folder when absent.', rest: true }],
  options: {
    junit: { value: 'FILE', help: 'Write the outcome as JUnit XML, too.' },
    coverage: { help: 'Say which rules and Roles no check has shown to work.' },
    'min-coverage': { value: 'PERCENT', help: 'Fail when the coverage is lower.' },
  },
  async run(invocation) {
    const least = percentOf(invocation.option('min-coverage'));
    const [{ countTests, coverageText, findTestFiles, junitXml, percentText, reportJson, reportText, runFiles }, { FilesRefused }] = await Promise.all([
      import('../../system/authorization/model/policy-tests/index.js'), import('../../system/authorization/model/yaml/problems.js'),
    ]);
    const { io } = invocation;
    const paths = invocation.rest();
    const shown = (path: string): string => relative(process.cwd(), path) || path;
    try {
      const run = await runFiles(await findTestFiles(paths.length === 0 ? ['.'] : paths), shown);
      await writeJunit(invocation, () => junitXml(run));
      const percent = run.coverage.percent();
      const wantsCoverage = invocation.flag('coverage') || least !== undefined;
      invocation.print(reportJson(run), () => `${reportText(run)}${wantsCoverage ? coverageText(run.coverage.all(), percent) : ''}`);
      const { failed, broken } = countTests(run);
      if (broken > 0) return WRONG_USAGE;
      const isBelow = least !== undefined && percent < least;
      if (isBelow) io.err(`polity: the coverage is ${percentText(percent)}, below ${least} %\n`);
      return failed > 0 || isBelow ? FAILED : OK;
    } catch (error) {
      if (!(error instanceof FilesRefused)) throw error;
      io.err(`${error.message}\n`);
      return WRONG_USAGE;
    }
  },
};

function percentOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const percent = /^\d{1,3}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN;
  if (!(percent <= 100)) throw new UsageError('--min-coverage must be a number from 0 to 100');
  return percent;
}

async function writeJunit(invocation: Invocation, xml: () => string): Promise<void> {
  const file = invocation.option('junit');
  if (file === undefined) return;
  await writeFile(file, xml()).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--junit: ${file} cannot be written (${error.code})`);
  });
}

export const testCommands: readonly Command[] = [test];
