import { createHash } from 'node:crypto';
import { sql, type Database } from '../../../../persistence/index.js';
import type { AuditLog, RequestContext } from '../../../shared/contracts/index.js';
import { alignStored } from '../compare/align-stored.js';
import { compareModels } from '../compare/compare-models.js';
import type { Change } from '../compare/change.js';
import { checkSections, type ModelPlace } from '../apply/check-sections.js';
import { assertMayRead, assertSpaceExists } from '../apply/known-space.js';
import { MODEL_IDS } from '../ids.js';
import type { Model } from '../model.js';
import { writeModel } from '../write/write-model.js';
import { Problems } from '../yaml/problems.js';
import { readStoredModel } from './read-stored-model.js';

/** The text of an export. */
export interface ExportedModel {
  readonly yaml: string;
  /** SHA-256 of its UTF-8 bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/** Gives the rules of a database out as a file, and says how a file differs from them. */
export class ModelExport {
  constructor(
    private readonly database: Database,
    private readonly auditLog: () => AuditLog,
  ) {}

  /** All of one snapshot, with its audit event. The same rules give the same bytes. */
  async export(context: RequestContext, place: ModelPlace): Promise<ExportedModel> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`);
      assertMayRead(context, place.spaceId, place.withData);
      if (place.spaceId !== undefined) await assertSpaceExists(transaction, place.spaceId);
      const yaml = writeModel(await readStoredModel(transaction, { ...place, now: context.request.now }));
      const sha256 = createHash('sha256').update(yaml).digest('hex');
      this.auditLog().record(transaction, context, {
        type: 'model.exported', spaceId: place.spaceId ?? '', target: place.spaceId === undefined ? { type: 'Instance', id: 'model' } : { type: 'Space', id: place.spaceId },
        details: { sha256, withAssignments: place.withData },
      });
      return { yaml, sha256 };
    });
  }

  /**
   * How a file differs from what is stored.
   *
   * @throws FilesRefused for a file that says what could not be compared
   */
  async diff(context: RequestContext, place: ModelPlace & { readonly model: Model; readonly file: string }): Promise<readonly Change[]> {
    const { model, file, spaceId, withData } = place;
    const problems = new Problems();
    checkSections(model, place, problems);
    problems.refuseAny();
    return this.database.transaction(async (transaction) => {
      await transaction.query(sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`);
      assertMayRead(context, spaceId, withData);
      if (spaceId !== undefined) await assertSpaceExists(transaction, spaceId);
      const { now } = context.request;
      const userIds = [...model.users.keys()].map(MODEL_IDS.user);
      const stored = alignStored(await readStoredModel(transaction, { ...(spaceId === undefined ? {} : { spaceId }), withData, userIds, now }), model);
      return compareModels(stored, model, { file, withData, withSpace: spaceId !== undefined, now });
    });
  }
}
