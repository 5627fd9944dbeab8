import { isObjectType } from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { GuardSession, type Requirements } from '../directives/index.js';
import { dependsOnCallerOnly, type CallerClause, type Clause, type Requirement } from '../directives/requirement.js';

/** Which clauses of a schema hold for a caller: one bit each. */
export interface HeldClauses {
  /** The bits; callers with the same ones see the same. */
  readonly key: string;
  /** True when nothing is withheld. */
  readonly all: boolean;
  /** True when each clause holds. `@can` is about objects: somebody who can be asked about holds it. */
  allows(requirement: Requirement): boolean;
}

/** The distinct clauses of all guards of a schema. */
export class SchemaClauses {
  private readonly clauses: readonly CallerClause[];
  private readonly asksEngine: boolean;

  constructor(readonly requirements: Requirements) {
    const found = new Set<Clause>();
    for (const type of Object.values(requirements.schema.getTypeMap())) {
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) for (const clause of requirements.ofField(type, field)) found.add(clause);
    }
    this.clauses = [...found].filter(dependsOnCallerOnly);
    this.asksEngine = found.size > this.clauses.length;
  }

  /** Decides every clause for one caller at the clock of its request. */
  heldBy(context: RequestContext): HeldClauses {
    const session = GuardSession.of(context);
    const acts = context.caller.actor !== undefined;
    const held = new Set<Clause>(this.clauses.filter((clause) => session.callerAllows(clause)));
    const bits = this.clauses.map((clause) => held.has(clause));
    if (this.asksEngine) bits.push(acts);
    return {
      key: bits.map(Number).join(''),
      all: !bits.includes(false),
      allows: (requirement) => requirement.every((clause) => (clause.kind === 'can' ? acts : held.has(clause))),
    };
  }
}
