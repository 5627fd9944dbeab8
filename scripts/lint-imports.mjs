// Checks who may import whom. The tables below are the whole rule book; everything after them only applies it.
// Type imports count: a type is a dependency too.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const server = ['transport', 'graphql', 'system', 'persistence', 'kernel', 'config', 'observability'];

/** Area of `src` -> other areas it may import. An area that is not listed here may not exist. */
const ARROWS = {
  main: ['boot', 'cli', 'plugins', ...server],
  cli: ['boot', 'plugins', ...server],
  boot: ['plugins', ...server],
  transport: server,
  graphql: server.slice(1),
  system: server.slice(2),
  plugins: ['persistence', 'kernel', 'config', 'observability'],
  persistence: ['kernel', 'config', 'observability'],
  observability: ['kernel', 'config'],
  kernel: ['config'],
  config: [],
  runner: [],
};

/** Folder of `src/system` that every capability may import. A capability imports no other one. */
const SHARED = 'shared';

/** Packages that only some folders of `src` may import. `*` stands for one folder. */
const ONLY_FROM = [
  { rule: 'orm', packages: /^@mikro-orm\//, folders: ['src/persistence', 'src/system/*/entities'] },
  { rule: 'type-graphql', packages: /^type-graphql(\/|$)/, folders: ['src/graphql', 'src/system/*/resolvers'] },
  { rule: 'transport', packages: /^(@apollo\/|ws$|ws\/|graphql-ws(\/|$))/, folders: ['src/transport'] },
  { rule: 'environment', packages: /^(node:)?process$/, folders: ['src/config'] },
];

/** Packages that a folder of `src` may not import. */
const NOT_FROM = [
  { rule: 'kernel-graphql', packages: /^(graphql$|graphql[/-]|@graphql-|type-graphql)/, folder: 'src/kernel' },
  { rule: 'kernel-http', packages: /^((node:)?https?$|(node:)?http2$|undici|express|ws$|@apollo\/)/, folder: 'src/kernel' },
  { rule: 'kernel-orm', packages: /^(@mikro-orm\/|pg$|pg[/-]|kysely)/, folder: 'src/kernel' },
];

/** Folders that import nothing of `src`, not even in their tests. */
const OUTSIDERS = ['sdk'];

const SOURCE_FILE = /\.[cm]?tsx?$/;
const TEST_FILE = /\.test\.[cm]?tsx?$/;

/**
 * Finds every import that breaks a rule.
 * @param {string} root folder that holds `src` and `sdk`
 * @returns {{ files: number, violations: { file: string, line: number, rule: string, message: string }[] }}
 */
export function lintImports(root) {
  const files = ['src', ...OUTSIDERS].flatMap((folder) => sourceFiles(root, folder));
  const violations = files.flatMap((file) => {
    const source = readFileSync(join(root, file));
    const area = areaOf(file);
    if (file.startsWith('src/') && !Object.hasOwn(ARROWS, area)) {
      return [{ file, line: 1, rule: 'area', message: `${area} is no area of src` }];
    }
    try {
      return importsOf(source, file).flatMap(({ specifier, offset }) =>
        check(root, file, specifier).map((found) => ({ file, line: lineAt(source, offset), ...found })));
    } catch (error) {
      return [{ file, line: 1, rule: 'syntax', message: String(error.message ?? error).trim() }];
    }
  });
  return { files: files.length, violations };
}

function sourceFiles(root, folder) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile() && SOURCE_FILE.test(entry.name))
    .map((entry) => toPosix(relative(root, join(entry.parentPath ?? entry.path, entry.name))))
    .filter((file) => !file.includes('node_modules/'));
}

function toPosix(path) {
  return path.split(sep).join('/');
}

/** Every module specifier of a file; `undefined` where it is computed. `offset` counts bytes. */
function importsOf(source, file) {
  const tree = parseSync(source.toString(), { syntax: 'typescript', tsx: file.endsWith('x'), decorators: true, target: 'esnext' });
  const found = [];
  visit(tree, (node) => {
    const argument = specifierNode(node);
    if (argument) found.push({ specifier: literalOf(argument), offset: node.span.start - 1 });
  });
  return found;
}

function visit(node, see) {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, see);
  } else if (node !== null && typeof node === 'object') {
    if (typeof node.type === 'string') see(node);
    for (const value of Object.values(node)) visit(value, see);
  }
}

function specifierNode(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return node.source;
    case 'TsExternalModuleReference':
      return node.expression;
    case 'TsImportType':
      return node.argument;
    case 'CallExpression':
      return isImportCall(node.callee) ? node.arguments[0]?.expression : undefined;
    default:
      return undefined;
  }
}

function isImportCall(callee) {
  return callee.type === 'Import' || (callee.type === 'Identifier' && callee.value === 'require');
}

function literalOf(node) {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].cooked;
  return undefined;
}

function lineAt(source, offset) {
  let line = 1;
  for (let at = source.indexOf(10); at !== -1 && at < offset; at = source.indexOf(10, at + 1)) line += 1;
  return line;
}

function check(root, file, specifier) {
  const target = specifier !== undefined && /^[./]/.test(specifier)
    ? toPosix(relative(root, resolve(root, dirname(file), specifier)))
    : undefined;
  const outsider = OUTSIDERS.find((folder) => file.startsWith(`${folder}/`));
  if (outsider !== undefined) {
    return target?.startsWith('src/') ? [{ rule: outsider, message: `${outsider} imports nothing of src, found ${target}` }] : [];
  }
  if (TEST_FILE.test(file)) return [];
  if (specifier === undefined) return [{ rule: 'literal', message: 'the specifier of an import is one string literal' }];
  return target === undefined ? checkPackage(file, specifier) : checkArrow(file, target);
}

function checkArrow(file, target) {
  const from = areaOf(file);
  const to = areaOf(target);
  if (!target.startsWith('src/')) return [{ rule: 'src', message: `src imports nothing outside src, found ${target}` }];
  if (from !== to && !ARROWS[from].includes(to)) return [{ rule: 'arrow', message: `${from} may not import ${to} (${target})` }];
  if (from !== 'system' || to !== 'system') return [];
  const capability = capabilityOf(file);
  const other = capabilityOf(target);
  const free = capability === undefined || other === capability || other === SHARED;
  return free ? [] : [{ rule: 'capability', message: `${capability} may not import ${other ?? 'the root of system'} (${target})` }];
}

/** `src/main.ts` is `main`, `src/kernel/ids/id.ts` is `kernel`. */
function areaOf(path) {
  return path.split('/')[1]?.replace(/\.[cm]?[jt]sx?$/, '') ?? path;
}

/** `src/system/audit/index.ts` belongs to `audit`, `src/system/index.ts` to none. */
function capabilityOf(path) {
  const parts = path.split('/');
  return parts.length > 3 ? parts[2] : undefined;
}

function checkPackage(file, specifier) {
  const only = ONLY_FROM
    .filter(({ packages, folders }) => packages.test(specifier) && !folders.some((folder) => isUnder(file, folder)))
    .map(({ rule, folders }) => ({ rule, message: `${specifier} is imported only from ${folders.join(', ')}` }));
  const not = NOT_FROM
    .filter(({ packages, folder }) => packages.test(specifier) && isUnder(file, folder))
    .map(({ rule, folder }) => ({ rule, message: `${folder} may not import ${specifier}` }));
  return [...only, ...not];
}

function isUnder(file, folder) {
  const parts = file.split('/');
  return folder.split('/').every((part, at) => part === '*' || part === parts[at]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, violations } = lintImports(fileURLToPath(new URL('..', import.meta.url)));
  for (const { file, line, rule, message } of violations) console.error(`${file}:${line} ${rule}: ${message}`);
  console.log(`lint-imports: ${files} files, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
