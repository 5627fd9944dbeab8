import type { ContextMode, FactRevision, QuestionActor } from '../engine/index.js';
import type { InlineFacts } from './ask.js';

/** Ids of one candidate; its facts are found in the versions of the revision. */
export interface RecordedCandidate {
  readonly memberRoleId: string;
  readonly roleId: string;
  /** Roles from the assigned one, exclusive, to the one that holds the permission, inclusive; absent when there are none. */
  readonly inheritedRoleIds?: readonly string[];
  readonly rolePermissionId: string;
  readonly permissionId: string;
  readonly anchorGroupId?: string;
}

/** The candidate that decided. */
export interface RecordedMatch extends RecordedCandidate {
  readonly scope: string;
  readonly rule: string;
  readonly effect?: 'allow' | 'deny';
  readonly statuses: { readonly memberRole: string; readonly role: string; readonly rolePermission: string; readonly permission: string; readonly anchor?: string };
}

/** What every version of the record has: ids, keys and statuses. No names, no e-mail, no metadata. */
interface RecordedAnyway {
  readonly contextMode: ContextMode;
  readonly actor: QuestionActor;
  readonly resource: { readonly type: string; readonly id: string; readonly spaceId?: string; readonly groupId?: string };
  readonly action: string;
  /** Risk level of the action; absent when it is not registered. */
  readonly risk?: string;
  readonly revision: FactRevision;
  /** Clock of the decision in milliseconds since the epoch: that of the request, or of the past that it asked about. */
  readonly decidedAt: number;
  readonly registry: { readonly resourceTypeId?: string; readonly actionId?: string; readonly mappingId?: string };
  readonly statuses: Readonly<Record<string, string>>;
  readonly matched?: RecordedMatch;
  /** Facts that came with the request: they have no versions. */
  readonly inline?: InlineFacts;
}

/** The first record: it names every candidate. */
export interface FirstRecordedDecision extends RecordedAnyway {
  readonly recordVersion: 1;
  readonly candidates: readonly RecordedCandidate[];
}

/** The record as it is written: candidates are found again at the revision and the clock of the decision. */
export interface RecordedDecision extends RecordedAnyway {
  readonly recordVersion: 2;
  /** What the conditions gave that were evaluated, by the id of their permission or assignment: true, false, or the code of an error. */
  readonly conditions?: Readonly<Record<string, boolean | string>>;
  /** SHA-256, in hexadecimal digits, of the canonical JSON (RFC 8785) of what conditions could read and is not stored. */
  readonly inputHash?: string;
  /** Only of a decision about the past: the moment as it was asked for. Nobody was allowed or denied anything by it. */
  readonly asOf?: { readonly revision?: FactRevision; readonly time?: number };
}
