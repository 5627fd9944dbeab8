import type { Clause, Requirement } from '../directives/index.js';

/** A requirement as SDL writes it: directives one after the other, all of which must hold. */
export function ruleText(requirement: Requirement): string {
  return requirement.map(clauseText).join(' ');
}

function clauseText(clause: Clause): string {
  switch (clause.kind) {
    case 'authenticated':
      return '@authenticated';
    case 'scopes':
      return `@requiresScopes(scopes: ${alternatives(clause.anyOf)})`;
    case 'policies':
      return `@policy(policies: ${alternatives(clause.anyOf)})`;
    case 'can': {
      const { action, resource, id } = clause;
      return `@can(action: ${JSON.stringify(action)}, resource: ${JSON.stringify(resource)}${id === 'source.id' ? '' : `, id: ${JSON.stringify(id)}`})`;
    }
  }
}

function alternatives(anyOf: readonly (readonly string[])[]): string {
  return `[${anyOf.map((names) => `[${names.map((name) => JSON.stringify(name)).join(', ')}]`).join(', ')}]`;
}
