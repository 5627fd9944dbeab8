import { createHash } from 'node:crypto';
import { invalid } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations, MutationScope, UserMistake } from '../../../shared/services/index.js';
import { applyFacts, importInvalid, requireImport, type ImportCounts } from './apply-facts.js';
import { FactChecker } from './fact-checker.js';
import { MOST_PROBLEMS, type Fact, type LineProblem } from './fact.js';
import { readLine } from './read-line.js';
import { linesOf } from './lines-of.js';

const MOST_LINES = 20_000;
const LINES_PER_BATCH = 5_000;

/** Input of {@link FactsImport.importText}. */
export interface ImportFacts {
  readonly spaceId: string;
  readonly jsonl: string;
  readonly dryRun?: boolean | null;
  /** Number of the first line, when the text is a chunk of a longer file. */
  readonly firstLine?: number | null;
}

/** Input of {@link FactsImport.importStream}. `open` gives the file from its start; it is called twice: to check, then to apply. */
export interface ImportStream {
  readonly spaceId: string;
  readonly open: () => AsyncIterable<string | Uint8Array>;
  readonly dryRun?: boolean;
}

/** What an import did, or would do. */
export interface ImportReport extends ImportCounts {
  readonly dryRun: boolean;
  /** SHA-256 of the batch or file, in hexadecimal digits. */
  readonly sha256: string;
}

const CONSTRAINTS = {
  last_super_admin: { code: 'LAST_SUPER_ADMIN', message: 'The last super admin cannot be disabled.', path: ['input', 'jsonl'] },
  // Only what others changed at the same moment gets this far.
  role_inheritances_cycle: { code: 'ROLE_CYCLE', message: 'A Role would inherit itself.', path: ['input', 'jsonl'] },
  role_inheritances_depth: { code: 'ROLE_CHAIN_TOO_LONG', message: 'A Role would be part of a chain of more than 16 inheritances.', path: ['input', 'jsonl'] },
} as const;

interface Batch {
  readonly facts: readonly Fact[];
  readonly problems: readonly LineProblem[];
  readonly sha256: string;
}

// Leaves the transaction with the report: what a dry run has written is taken back.
class DryRunEnd extends Error {
  constructor(readonly report: ImportReport) {
    super('the dry run is over');
  }
}

/** Takes facts in bulk: all lines are right, or nothing is applied. */
export class FactsImport {
  constructor(private readonly mutations: Mutations) {}

  /** Imports one text of at most 20,000 lines in one transaction, with one audit event. A longer file comes in chunks, in order. */
  async importText(context: RequestContext, input: ImportFacts): Promise<MutationResult<ImportReport>> {
    const sha256 = createHash('sha256').update(input.jsonl).digest('hex');
    const dryRun = input.dryRun ?? false;
    return this.reported(context, input, dryRun, async (scope, problems) => {
      const lines = input.jsonl.split('\n');
      if (lines.length > MOST_LINES + 1) throw invalid(['input', 'jsonl'], `One text has at most ${MOST_LINES} lines; send a longer file in chunks.`, 'IMPORT_INVALID');
      const { facts, problems: wrong } = readFacts(lines, input.firstLine ?? 1, context);
      return this.apply(scope, context, input.spaceId, { facts, problems: wrong, sha256 }, dryRun, problems);
    });
  }

  /**
   * Imports a file of any length. First the whole of it is checked against itself and what is stored; then it is applied in
   * transactions of 5,000 lines, each with its audit event. What breaks a rule of separation, or makes a Role inherit itself, only
   * together with other lines shows when its batch is applied, as does what somebody else changed in between: that batch and all after
   * it are not applied. Running the same file again continues, since lines that are stored already change nothing.
   */
  async importStream(context: RequestContext, { spaceId, open, dryRun = false }: ImportStream): Promise<MutationResult<ImportReport>> {
    const checked = await this.reported(context, {}, true, async (scope, problems) => this.checkAll(scope, context, spaceId, open, problems));
    if (dryRun || checked.errors.length > 0) return checked;
    const total = { lines: 0, created: 0, updated: 0, unchanged: 0 };
    for await (const batch of batchesOf(open(), context)) {
      const done = await this.reported(context, {}, false, async (scope, problems) => this.apply(scope, context, spaceId, batch, false, problems));
      if (done.errors.length > 0) return { ...total, errors: done.errors };
      for (const field of ['lines', 'created', 'updated', 'unchanged'] as const) total[field] += done[field] ?? 0;
    }
    return { ...total, dryRun: false, sha256: checked.sha256, errors: [] };
  }

  private async checkAll(
    scope: MutationScope, context: RequestContext, spaceId: string, open: ImportStream['open'], problems: LineProblem[],
  ): Promise<ImportReport> {
    // The rights first: who may not import learns nothing about what is stored.
    await requireImport(scope, context, spaceId, []);
    const checker = new FactChecker(context, spaceId);
    const whole = createHash('sha256');
    let lines = 0;
    for await (const batch of batchesOf(open(), context, whole)) {
      lines += batch.facts.length;
      await requireImport(scope, context, spaceId, batch.facts);
      problems.push(...batch.problems, ...(await checker.check(scope.transaction, batch.facts)));
      if (problems.length >= MOST_PROBLEMS) break;
    }
    if (problems.length > 0) throw importInvalid(problems);
    throw new DryRunEnd({ lines, created: 0, updated: 0, unchanged: 0, dryRun: true, sha256: whole.digest('hex') });
  }

  private async apply(
    scope: MutationScope, context: RequestContext, spaceId: string, { facts, sha256, problems: unread }: Batch, dryRun: boolean, problems: LineProblem[],
  ): Promise<ImportReport> {
    await requireImport(scope, context, spaceId, facts);
    if (unread.length > 0) {
      problems.push(...unread);
      throw importInvalid(problems);
    }
    const counts = await applyFacts(scope, context, spaceId, facts, problems, dryRun);
    const report = { ...counts, dryRun, sha256 };
    if (dryRun) throw new DryRunEnd(report);
    const kinds = Object.fromEntries([...Map.groupBy(facts, ({ kind }) => kind)].map(([kind, ofKind]) => [kind, ofKind.length]));
    scope.audit({ type: 'facts.imported', spaceId, target: { type: 'Space', id: spaceId }, details: { sha256, ...counts, kinds } });
    return report;
  }

  // Turns the one mistake of a transaction into one per wrong field, and a dry run that was rolled back into its report.
  private async reported(
    context: RequestContext, input: object, dryRun: boolean, work: (scope: MutationScope, problems: LineProblem[]) => Promise<ImportReport>,
  ): Promise<MutationResult<ImportReport>> {
    let problems: LineProblem[] = [];
    try {
      const result = await this.mutations.run(context, { name: 'importFacts', constraints: CONSTRAINTS }, dryRun ? {} : input, async (scope) => {
        problems = [];
        return work(scope, problems);
      });
      return result.errors.length > 0 && problems.length > 0 ? { errors: problems.slice(0, MOST_PROBLEMS).map(toMistake) } : result;
    } catch (error) {
      if (error instanceof DryRunEnd) return { ...error.report, errors: [] };
      throw error;
    }
  }
}

function toMistake({ line, field, code, message }: LineProblem): UserMistake {
  return { code, message: `Line ${line}${field === '' ? '' : `, ${field}`}: ${message}`, path: ['input', 'jsonl', String(line), ...(field === '' ? [] : [field])] };
}

function readFacts(lines: readonly string[], firstLine: number, context: RequestContext): { facts: Fact[]; problems: LineProblem[] } {
  const now = new Date(context.request.now);
  const facts: Fact[] = [];
  const problems: LineProblem[] = [];
  lines.forEach((source, position) => {
    if (source.trim() === '') return;
    const read = readLine(source, firstLine + position, now);
    if ('fact' in read) facts.push(read.fact);
    else if (problems.length < MOST_PROBLEMS) problems.push(...read.problems);
  });
  return { facts, problems };
}

async function* batchesOf(source: AsyncIterable<string | Uint8Array>, context: RequestContext, whole = createHash('sha256')): AsyncGenerator<Batch> {
  let lines: string[] = [];
  let first = 1;
  const batch = (): Batch => ({ ...readFacts(lines, first, context), sha256: createHash('sha256').update(lines.join('\n')).digest('hex') });
  for await (const line of linesOf(source, (bytes) => whole.update(bytes))) {
    lines.push(line);
    if (lines.length < LINES_PER_BATCH) continue;
    yield batch();
    first += lines.length;
    lines = [];
  }
  if (lines.length > 0) yield batch();
}

/** Bulk import of facts. */
export const factsImportRef = createServiceRef<FactsImport>({ id: 'identity.facts_import', scope: 'process' });
