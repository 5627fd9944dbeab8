import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { createServiceRef } from '../../kernel/services/index.js';
import { PolityError } from '../../kernel/errors/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';

/** A registered policy: a CEL expression over `caller` and `request`. */
export interface PolicyDefinition {
  readonly name: string;
  /** Capability or plugin that registered it. */
  readonly owner: string;
  /** CEL source; must give a boolean. */
  readonly expression: string;
}

type Evaluate = (bindings: Record<string, never>) => unknown;

/** Registered policies, compiled once. */
export class Policies {
  private readonly compiled = new Map<string, Evaluate>();

  /** @throws PolityError `CAPABILITY_INVALID` naming the policy whose expression does not parse, `CAPABILITY_CONFLICT` for a name taken twice. */
  constructor(definitions: readonly PolicyDefinition[]) {
    const env = celEnv();
    const owners = new Map<string, string>();
    for (const { name, owner, expression } of definitions) {
      const holder = owners.get(name);
      if (holder !== undefined) throw new PolityError('CAPABILITY_CONFLICT', `"${owner}" cannot register the policy "${name}": "${holder}" has it.`);
      owners.set(name, owner);
      try {
        this.compiled.set(name, plan(env, parse(expression)) as Evaluate);
      } catch (error) {
        throw new PolityError('CAPABILITY_INVALID', `The policy ${name} of ${owner} is no valid expression: ${(error as Error).message}`, { cause: error });
      }
    }
  }

  /** Decides one policy. Unknown, failing, and anything but `true` is a denial. */
  decide(name: string, context: RequestContext): boolean {
    const evaluate = this.compiled.get(name);
    if (evaluate === undefined) return false;
    try {
      const result = evaluate(bindings(context) as Record<string, never>);
      return !isCelError(result) && result === true;
    } catch {
      return false;
    }
  }
}

function bindings({ caller, request }: RequestContext): Record<string, unknown> {
  return {
    caller: {
      kind: caller.kind,
      userId: caller.userId ?? '',
      credentialId: caller.credentialId ?? '',
      issuer: caller.issuer ?? '',
      memberId: caller.actor?.memberId ?? '',
      spaceId: caller.actor?.spaceId ?? '',
    },
    request: { id: request.id, ip: request.ip ?? '', userAgent: request.userAgent ?? '', now: BigInt(request.now) },
  };
}

/** The policies of the process. */
export const policiesRef = createServiceRef<Policies>({ id: 'graphql.policies', scope: 'process' });
