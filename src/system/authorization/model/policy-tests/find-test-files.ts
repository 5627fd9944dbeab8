import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareBytes } from '../compare-bytes.js';
import { wholeOf } from '../yaml/place.js';
import { FilesRefused } from '../yaml/problems.js';

const TEST_FILE = /\.test\.ya?ml$/;
/** Folders that hold the files of others. */
const LEFT_OUT = /^(\..*|node_modules|dist)$/;
const MOST_FILES = 10_000;

/**
 * Files of tests: those that are named, and in folders, at any depth, those whose names end with `.test.yaml` or `.test.yml`. Links to
 * folders are not followed.
 *
 * @throws FilesRefused for a path that leads nowhere, and for a folder without any
 */
export async function findTestFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw refused(path, `This cannot be read (${error.code ?? 'unknown'}).`);
    });
    if (!status.isDirectory()) found.push(path);
    else {
      const inside = await filesIn(path);
      if (inside.length === 0) throw refused(path, 'No file in this folder is called *.test.yaml or *.test.yml.');
      found.push(...inside);
    }
  }
  return [...new Set(found)];
}

async function filesIn(start: string): Promise<string[]> {
  const files: string[] = [];
  const folders = [start];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !LEFT_OUT.test(entry.name)) folders.push(path);
      else if (!entry.isDirectory() && TEST_FILE.test(entry.name)) files.push(path);
    }
    if (files.length + folders.length > MOST_FILES) throw refused(start, `More than ${MOST_FILES} files and folders are in this folder; name the one that is meant.`);
  }
  return files.sort(compareBytes);
}

function refused(path: string, message: string): FilesRefused {
  return new FilesRefused([{ place: wholeOf(path), message }]);
}
