import type { IdType } from '../../../kernel/ids/index.js';
import type { RequestContext } from './request-context.js';

/** How `node(id:)` finds the objects of one type. */
export interface NodeSource {
  /** Type that the prefix of the id says; `Resource` takes every id without a reserved prefix. */
  readonly type: IdType;
  /** Objects in the order of the ids; undefined for absent and forbidden alike. */
  load(context: RequestContext, ids: readonly string[]): Promise<readonly (object | undefined)[]>;
}
