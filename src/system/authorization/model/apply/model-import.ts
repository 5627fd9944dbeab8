import { raw } from '../../../../persistence/index.js';
import type { RequestContext, SeparationOfDuty } from '../../../shared/contracts/index.js';
import type { Mutations, MutationScope, UserMistake } from '../../../shared/services/index.js';
import { alignStored } from '../compare/align-stored.js';
import { compareModels } from '../compare/compare-models.js';
import type { Change } from '../compare/change.js';
import { MODEL_IDS } from '../ids.js';
import type { Model } from '../model.js';
import { readStoredModel } from '../stored/read-stored-model.js';
import { wholeOf, type Place } from '../yaml/place.js';
import { FilesRefused, Problems } from '../yaml/problems.js';
import { checkChanges } from './check-changes.js';
import { checkSections, type ModelPlace } from './check-sections.js';
import { handle } from './handlers.js';
import { assertMayRead, assertSpaceExists, assertSpaceTakesModel } from './known-space.js';
import { KnownIds } from './known-ids.js';
import { JoinedMutations, type MutationParts } from './joined-mutations.js';
import { makeHandlers } from './make-handlers.js';
import type { MakeForeignServices } from './model-services.js';
import { keptOf, type KeptChange } from './kept-changes.js';
import { watchImport } from './watch-import.js';

/** A file of rules that is to be put into force. */
export interface ImportModel extends ModelPlace {
  readonly model: Model;
  /** Name of the file. */
  readonly file: string;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** Changes nothing. */
  readonly dryRun: boolean;
  /** Puts out of force what the file does not have. */
  readonly prune: boolean;
}

/** What an import did, or would do. */
export interface ModelImportReport {
  readonly dryRun: boolean;
  readonly sha256: string;
  readonly changes: readonly Change[];
  readonly kept: readonly KeptChange[];
}

const CONSTRAINTS = {
  role_inheritances_cycle: { code: 'ROLE_CYCLE', message: 'A Role would inherit itself.', path: ['input'] },
  role_inheritances_depth: { code: 'ROLE_CHAIN_TOO_LONG', message: 'A Role would be part of a chain of more than 16 inheritances.', path: ['input'] },
} as const;

// Leaves the transaction with the report: what a dry run has written is taken back.
class DryRunEnd extends Error {
  constructor(readonly report: ModelImportReport) {
    super('the dry run is over');
  }
}

/** Puts files of rules into force: all of a file in one transaction, through the services that the API calls, or nothing of it. */
export class ModelImport {
  constructor(
    private readonly parts: MutationParts & {
      readonly mutations: Mutations;
      readonly separation: SeparationOfDuty;
      readonly foreign: MakeForeignServices;
    },
  ) {}

  /**
   * Imports a model that has been read and checked.
   *
   * @throws FilesRefused with the place of what cannot be done; nothing has changed then
   */
  async import(context: RequestContext, input: ImportModel): Promise<ModelImportReport> {
    const problems = new Problems();
    checkSections(input.model, input, problems);
    problems.refuseAny();
    if (input.spaceId !== undefined) await assertSpaceExists(this.parts.database, input.spaceId);
    let at: Place = wholeOf(input.file);
    const step = (change: Change): void => {
      ({ at } = change);
    };
    try {
      const { errors, ...report } = await this.parts.mutations.run(context, { name: 'importModel', constraints: CONSTRAINTS }, {}, async (scope) => {
        at = wholeOf(input.file);
        const done = await this.apply(scope, context, input, step);
        at = wholeOf(input.file);
        return done;
      });
      if (errors.length > 0) throw new FilesRefused(errors.map((mistake) => ({ place: placeOfMistake(mistake, input) ?? at, message: `${mistake.message} (${mistake.code})` })));
      return report as ModelImportReport;
    } catch (error) {
      if (error instanceof DryRunEnd) return error.report;
      throw error;
    }
  }

  private async apply(scope: MutationScope, context: RequestContext, input: ImportModel, step: (change: Change) => void): Promise<ModelImportReport> {
    const { model, file, sha256, spaceId, withData, prune, dryRun } = input;
    const { transaction } = scope;
    const { now } = context.request;
    assertMayRead(context, spaceId, withData);
    if (spaceId !== undefined) await assertSpaceTakesModel(transaction, spaceId);
    const userIds = [...model.users.keys()].map(MODEL_IDS.user);
    const stored = alignStored(await readStoredModel(transaction, { ...(spaceId === undefined ? {} : { spaceId }), withData, userIds, now }), model);
    const found = compareModels(stored, model, { file, withData, withSpace: spaceId !== undefined, now });
    const problems = new Problems();
    checkChanges(found, stored, model, prune, problems);
    problems.refuseAny();

    const kept = await keptOf(transaction, found.filter(({ op }) => op === 'remove'), { prune, spaceId });
    const staying = new Set(kept.map(({ change }) => change));
    const changes = inOrder(found.filter((change) => !staying.has(change)));
    const ids = new KnownIds(stored, spaceId ?? '');
    const look = await watchImport(this.parts.separation, scope, context, { spaceId, changes });
    const handlers = makeHandlers(context, spaceId ?? '', ids, new JoinedMutations(this.parts, scope), this.parts);
    for (const change of changes) {
      step(change);
      await handle(handlers, change as never);
    }
    const report = { dryRun, sha256, changes, kept };
    if (dryRun) {
      await transaction.em.flush();
      await transaction.query(raw('SET CONSTRAINTS ALL IMMEDIATE'));
      await look();
      throw new DryRunEnd(report);
    }
    const count = (op: Change['op']): number => changes.filter((change) => change.op === op).length;
    scope.audit({
      type: 'model.imported', spaceId: spaceId ?? '', target: spaceId === undefined ? { type: 'Instance', id: 'model' } : { type: 'Space', id: spaceId },
      details: { sha256, prune, added: count('add'), changed: count('change'), removed: count('remove'), kept: kept.length },
    });
    return report;
  }
}

/** What goes, goes first and from the outside in: what is taken away must not stand in the way of what is made. */
function inOrder(changes: readonly Change[]): Change[] {
  return [...changes.filter(({ op }) => op === 'remove').toReversed(), ...changes.filter(({ op }) => op !== 'remove')];
}

// A rule of separation is broken by what somebody holds, not by the last change that was made.
function placeOfMistake({ code, path }: UserMistake, { model }: ImportModel): Place | undefined {
  if (code !== 'SEPARATION_OF_DUTY') return undefined;
  const memberId = path[2];
  return model.assignments.findLast(({ member }) => MODEL_IDS.member(member.name) === memberId)?.at;
}
