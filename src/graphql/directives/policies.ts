import { PolityError } from '../../kernel/errors/index.js';
import { Bindings, compileExpression, ExpressionError, type Declarations, type Expression } from '../../kernel/expressions/index.js';
import { createServiceRef } from '../../kernel/services/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';

/** A registered policy: a CEL expression over `caller` and `request`. */
export interface PolicyDefinition {
  readonly name: string;
  /** Capability or plugin that registered it. */
  readonly owner: string;
  /** CEL source; must give a boolean. */
  readonly expression: string;
}

/** What policies may read. */
const DECLARATIONS: Declarations = {
  caller: { kind: 'string', userId: 'string', credentialId: 'string', issuer: 'string', memberId: 'string', spaceId: 'string' },
  request: { id: 'string', ip: 'string', userAgent: 'string', now: 'int' },
};

/** Registered policies, compiled once. */
export class Policies {
  private readonly compiled = new Map<string, Expression>();

  /** @throws PolityError `CAPABILITY_INVALID` naming the policy whose expression does not compile, `CAPABILITY_CONFLICT` for a name taken twice. */
  constructor(definitions: readonly PolicyDefinition[]) {
    const owners = new Map<string, string>();
    for (const { name, owner, expression } of definitions) {
      const holder = owners.get(name);
      if (holder !== undefined) throw new PolityError('CAPABILITY_CONFLICT', `"${owner}" cannot register the policy "${name}": "${holder}" has it.`);
      owners.set(name, owner);
      try {
        this.compiled.set(name, compileExpression(expression, DECLARATIONS));
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        throw new PolityError('CAPABILITY_INVALID', `The policy ${name} of ${owner} is no valid expression: ${error.message}`, { cause: error });
      }
    }
  }

  /** Decides one policy. Unknown, failing, and anything but `true` is a denial. */
  decide(name: string, context: RequestContext): boolean {
    return this.compiled.get(name)?.evaluate(bindingsOf(context)) === true;
  }
}

function bindingsOf({ caller, request }: RequestContext): Bindings {
  return new Bindings({
    caller: {
      kind: caller.kind,
      userId: caller.userId ?? '',
      credentialId: caller.credentialId ?? '',
      issuer: caller.issuer ?? '',
      memberId: caller.actor?.memberId ?? '',
      spaceId: caller.actor?.spaceId ?? '',
    },
    request: { id: request.id, ip: request.ip ?? '', userAgent: request.userAgent ?? '', now: request.now },
  });
}

/** The policies of the process. */
export const policiesRef = createServiceRef<Policies>({ id: 'graphql.policies', scope: 'process' });
