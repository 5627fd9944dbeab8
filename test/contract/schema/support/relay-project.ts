import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCHEMA = fileURLToPath(new URL('../../../../schema.graphql', import.meta.url));
const COMPILER = fileURLToPath(new URL('../../../../node_modules/relay-compiler/cli.js', import.meta.url));

/** What the compiler made of a project: the text of each operation by its name, and what it said. */
export interface CompiledProject {
  readonly operations: Readonly<Record<string, string>>;
  readonly output: string;
}

/**
 * Compiles documents against schema.graphql with relay-compiler, in a folder of their own.
 * @param source - a JavaScript module with `graphql` tags, named `Example.js`: its operations and fragments begin with `Example`
 */
export async function compileRelay(source: string): Promise<CompiledProject> {
  const folder = await mkdtemp(join(tmpdir(), 'polity-relay-'));
  try {
    await mkdir(join(folder, 'src'));
    await copyFile(SCHEMA, join(folder, 'schema.graphql'));
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify({ src: './src', schema: './schema.graphql', language: 'javascript' }));
    await writeFile(join(folder, 'src', 'Example.js'), source);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [COMPILER, 'relay.config.json'], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
    return { operations: await operationsIn(join(folder, 'src', '__generated__')), output: stdout + stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function operationsIn(folder: string): Promise<Record<string, string>> {
  const operations: Record<string, string> = {};
  for (const file of await readdir(folder)) {
    const text = /^ {4}"text": (".*")$/m.exec(await readFile(join(folder, file), 'utf8'))?.[1];
    if (text !== undefined) operations[file.replace('.graphql.js', '')] = JSON.parse(text) as string;
  }
  return operations;
}
