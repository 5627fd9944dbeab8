import { dirname, resolve } from 'node:path';
import { checkModel } from '../check/check-model.js';
import { mergeModels } from '../merge-models.js';
import { EMPTY_MODEL, type Model } from '../model.js';
import { checkVersion, readDataSections, readModel, readSections } from '../read/read-model.js';
import { moment, NAME } from '../text-checks.js';
import { PolicyWorld } from '../world/policy-world.js';
import { Fields, textOf, type PlacedText } from '../yaml/fields.js';
import { loadText } from '../yaml/load-text.js';
import { Problems } from '../yaml/problems.js';
import { readYaml } from '../yaml/read-yaml.js';
import type { YamlNode } from '../yaml/yaml-node.js';
import type { PolicyTest } from './policy-test.js';
import { TestReader } from './read-tests.js';

/** A file of tests, ready to run. */
export interface TestFile {
  readonly file: string;
  readonly name: string;
  readonly world: PolicyWorld;
  readonly tests: readonly PolicyTest[];
}

const CHARACTERS_OF_A_PATH = 1_000;

/**
 * Reads a file of tests with the files that it names, whose paths are relative to its folder.
 *
 * @param shown - name of the file in places and reports
 * @throws FilesRefused with the place of each mistake
 */
export async function loadTestFile(file: string, shown: (path: string) => string): Promise<TestFile> {
  const problems = new Problems();
  const node = await loadYaml(resolve(file), shown, problems);
  problems.refuseAny();
  const fields = Fields.of(node!, problems, 'A file of tests');
  problems.refuseAny();
  const own = fields!;
  checkVersion(own, problems);
  const name = own.text('name', NAME) ?? shown(resolve(file));
  const clock = own.text('at', moment);
  const tests = own.items('tests');
  if (tests.length === 0) problems.add(own.placeOf('tests'), 'A file of tests holds tests.');
  const parts = [...(await modelsOf(own, file, shown, problems)), ...(await dataOf(own, file, shown, problems))];
  own.end();
  problems.refuseAny();
  const model = mergeModels(parts, problems);
  problems.refuseAny();
  checkModel(model, problems);
  problems.refuseAny();
  const world = new PolicyWorld(model);
  const reader = new TestReader(world, problems, clock === undefined ? undefined : Date.parse(clock));
  const read = tests.map((item) => reader.read(item)).filter((test) => test !== undefined);
  problems.refuseAny();
  return { file: shown(resolve(file)), name, world, tests: read };
}

async function loadYaml(path: string, shown: (path: string) => string, problems: Problems): Promise<YamlNode | undefined> {
  const source = await loadText(path, shown(path), problems);
  return source === undefined ? undefined : readYaml(shown(path), source, problems);
}

async function modelsOf(own: Fields, file: string, shown: (path: string) => string, problems: Problems): Promise<Model[]> {
  const node = own.node('model');
  if (node === undefined) return [problems.add(own.place, 'A file of tests says its model: paths, or the rules themselves.') ?? EMPTY_MODEL];
  return partsOf(node, file, shown, problems, (fields) => readSections(fields, problems), 'A model');
}

async function dataOf(own: Fields, file: string, shown: (path: string) => string, problems: Problems): Promise<Model[]> {
  const node = own.node('data');
  return node === undefined ? [] : partsOf(node, file, shown, problems, (fields) => ({ ...EMPTY_MODEL, ...readDataSections(fields, problems) }), 'The data');
}

// A path, a list of paths, or the sections themselves.
async function partsOf(
  node: YamlNode, file: string, shown: (path: string) => string, problems: Problems, readInline: (fields: Fields) => Model, what: string,
): Promise<Model[]> {
  if (node.kind === 'map') {
    const fields = Fields.of(node, problems, what)!;
    const model = readInline(fields);
    fields.end();
    return [model];
  }
  const paths = (node.kind === 'list' ? node.items : [node]).map((item) => textOf(item, pathFault, problems)).filter((path) => path !== undefined);
  if (paths.length === 0 && problems.isEmpty) problems.add(node.place, `${what} names no file.`);
  return Promise.all(paths.map((path) => modelAt(path, file, shown, problems)));
}

async function modelAt({ text, place }: PlacedText, file: string, shown: (path: string) => string, problems: Problems): Promise<Model> {
  const found = new Problems();
  const node = await loadYaml(resolve(dirname(file), text), shown, found);
  const model = node === undefined ? EMPTY_MODEL : readModel(node, found);
  for (const problem of found.all()) problems.add(problem.place.line === 0 ? place : problem.place, problem.place.line === 0 ? `${text}: ${problem.message}` : problem.message);
  return model;
}

function pathFault(path: string): string | undefined {
  return path.length === 0 || path.length > CHARACTERS_OF_A_PATH ? 'This is no path.' : undefined;
}
