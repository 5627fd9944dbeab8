import { topLevelStatements } from './top-level-statements.js';

const ENDS_TRANSACTION = /^(begin|start transaction|commit|end|rollback|abort|prepare transaction)\b/;
const LEAVES_ROLE = /^(set (session |local )?(role|session authorization)|reset (role|session authorization|all)|discard)\b/;
const SQL_BODY = /\bbegin atomic\b/;

/**
 * Finds a statement that would break the frame of a migration: one transaction, under the role of the schema's owner.
 *
 * @returns what the statement does, or undefined where all are fine
 */
export function forbiddenStatement(sql: string): string | undefined {
  const statements = topLevelStatements(sql);
  const hasBodies = statements.some((statement) => SQL_BODY.test(statement));
  for (const statement of statements) {
    if (ENDS_TRANSACTION.test(statement) && !(hasBodies && /^end\b/.test(statement))) return `\`${statement}\` ends the transaction of the file`;
    if (LEAVES_ROLE.test(statement)) return `\`${statement}\` leaves the role of the schema's owner`;
  }
  return undefined;
}
