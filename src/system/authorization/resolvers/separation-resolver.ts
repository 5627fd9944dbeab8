import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, Cost, RequiresScopes } from '../../shared/resolvers/index.js';
import { roleLoadersRef } from '../services/role-loaders.js';
import { separationRulesRef } from '../services/separation-rules.js';
import { separationViolationsRef } from '../services/separation-violations.js';
import {
  CreateSeparationRuleInput, CreateSeparationRulePayload, DisableSeparationRulePayload, RestoreSeparationRulePayload, SeparationRule,
  SeparationRuleConnection, SeparationRuleIdInput, SeparationRulesArgs, SeparationViolation, SeparationViolationConnection,
  SeparationViolationsArgs, UpdateSeparationRuleInput, UpdateSeparationRulePayload,
} from './separation-types.js';

@Resolver(() => SeparationViolation)
export class SeparationResolver {
  @RequiresScopes('roles:read')
  @Query(() => SeparationRuleConnection, { nullable: true, description: 'Rules of separation of duty that the caller may read, by id.' })
  separationRules(@Args(() => SeparationRulesArgs) { first, after, last, before, ...filter }: SeparationRulesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(separationRulesRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('roles:read')
  @Query(() => SeparationRule, { nullable: true, description: 'One rule of separation of duty; null when it is absent or not for the caller.' })
  async separationRule(@Arg('id', () => ID, { description: 'The rule.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(separationRulesRef).byIds(context, [id]))[0];
  }

  @Cost(500)
  @RequiresScopes('roles:read')
  @Query(() => SeparationViolationConnection, { nullable: true, description: 'Members that exceed active rules of a Space, by rule and Member: what was there when a rule was made is not undone.' })
  separationViolations(@Args(() => SeparationViolationsArgs) { first, after, last, before, ...filter }: SeparationViolationsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(separationViolationsRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('roles:manage')
  @Audited('separation_rule.created')
  @Mutation(() => CreateSeparationRulePayload, { nullable: true, description: 'Keeps Roles or Permissions of a Space apart from now on; who holds them together already is listed by separationViolations.' })
  createSeparationRule(@Arg('input', () => CreateSeparationRuleInput, { description: 'The new rule.' }) input: CreateSeparationRuleInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(separationRulesRef).create(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('separation_rule.updated')
  @Mutation(() => UpdateSeparationRulePayload, { nullable: true, description: 'Changes what a rule keeps apart; it undoes nothing.' })
  updateSeparationRule(@Arg('input', () => UpdateSeparationRuleInput, { description: 'The change.' }) input: UpdateSeparationRuleInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(separationRulesRef).update(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('separation_rule.disabled')
  @Mutation(() => DisableSeparationRulePayload, { nullable: true, description: 'Disables a rule: it refuses nothing and lists nobody.' })
  disableSeparationRule(@Arg('input', () => SeparationRuleIdInput, { description: 'The rule.' }) input: SeparationRuleIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(separationRulesRef).disable(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('separation_rule.restored')
  @Mutation(() => RestoreSeparationRulePayload, { nullable: true, description: 'Enforces a disabled rule again; what was granted meanwhile is not undone.' })
  restoreSeparationRule(@Arg('input', () => SeparationRuleIdInput, { description: 'The rule.' }) input: SeparationRuleIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(separationRulesRef).restore(context, input);
  }

  @FieldResolver(() => SeparationRule, { nullable: true, description: 'The rule.' })
  rule(@Root() { ruleId }: SeparationViolation, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(roleLoadersRef).separationRuleById.load(ruleId);
  }
}
