import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Cost, ListSize, RequiresScopes } from '../../shared/resolvers/index.js';
import { decisionTraceReaderRef } from '../services/decision-trace-reader.js';
import { authorizationDecisionsRef } from '../services/decisions.js';
import { CheckInput, CheckManyInput } from './check-input-types.js';
import { Decision } from './decision-types.js';
import { DecisionTrace, Explanation } from './explanation-types.js';

@Resolver()
export class DecisionResolver {
  @Cost(5)
  @RequiresScopes('authz:check')
  @Query(() => Decision, { nullable: true, description: 'Decides one question. The decision is in the audit log before it is answered.' })
  check(@Arg('input', () => CheckInput, { description: 'The question.' }) input: CheckInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(authorizationDecisionsRef).check(context, input);
  }

  @Cost(2)
  @ListSize({ slicingArguments: ['input.items'] })
  @RequiresScopes('authz:check')
  @Query(() => [Decision], { nullable: true, description: 'Decides many questions over the same facts; answers come in the order of the questions.' })
  checkMany(@Arg('input', () => CheckManyInput, { description: 'The questions.' }) input: CheckManyInput, @Ctx() context: RequestContext): Promise<object[]> {
    return context.services.get(authorizationDecisionsRef).checkMany(context, input);
  }

  @Cost(10)
  @RequiresScopes('authz:check')
  @Query(() => Explanation, { nullable: true, description: 'Decides one question as check does and shows everything that led to the answer.' })
  explain(@Arg('input', () => CheckInput, { description: 'The question.' }) input: CheckInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(authorizationDecisionsRef).explain(context, input);
  }

  @RequiresScopes('audit:read')
  @Query(() => DecisionTrace, { nullable: true, description: 'The trace of a past decision, as it was; reading it is recorded.' })
  decisionTrace(
    @Arg('auditEventId', () => ID, { description: 'Audit event of the decision.' }) auditEventId: string,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return context.services.get(decisionTraceReaderRef).decisionTrace(context, auditEventId);
  }
}
