import type { ChangeKind, ProposedChange } from '../proposed-change.js';

/** A change of one kind. */
export type ChangeOf<Kind extends ChangeKind> = Extract<ProposedChange, { readonly kind: Kind }>;
