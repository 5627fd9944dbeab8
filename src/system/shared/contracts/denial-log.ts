import { createServiceRef } from '../../../kernel/services/index.js';
import type { RequestContext } from './request-context.js';

/** What a caller was refused. */
export interface Denial {
  /** Space in which the caller acts; `''` for none. */
  readonly spaceId: string;
  readonly operation: { readonly id: string; readonly type: string };
  /** Fields, with `@` for items of a list, or the address of an endpoint. */
  readonly paths: readonly string[];
  readonly denyCode: string;
}

/** Where denied access is written down. */
export interface DenialLog {
  /** Resolves when the audit log has it: by itself, or counted with those like it. */
  record(context: RequestContext, denial: Denial): Promise<void>;
}

/** The denials of the process. */
export const denialLogRef = createServiceRef<DenialLog>({ id: 'audit.denials', scope: 'process' });
