import { checkModel } from './check/check-model.js';
import type { Model } from './model.js';
import { readModel } from './read/read-model.js';
import { decoded } from './yaml/load-text.js';
import { Problems } from './yaml/problems.js';
import { readYaml } from './yaml/read-yaml.js';

/**
 * Reads one model file and everything that the database would refuse in it.
 *
 * @throws FilesRefused with the place of each mistake
 */
export function modelOfBytes(file: string, bytes: Uint8Array): Model {
  const problems = new Problems();
  const source = decoded(file, bytes, problems);
  problems.refuseAny();
  return modelOfText(file, source!);
}

/** The same for text. */
export function modelOfText(file: string, source: string): Model {
  const problems = new Problems();
  const node = readYaml(file, source, problems);
  problems.refuseAny();
  const model = readModel(node!, problems);
  problems.refuseAny();
  checkModel(model, problems);
  problems.refuseAny();
  return model;
}
