import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Cost, ListSize, RequiresScopes } from '../../shared/resolvers/index.js';
import { shownSuggestions } from '../services/suggestions/shown-suggestions.js';
import { suggestionsRef } from '../services/suggestions/suggestions.js';
import { SuggestedGrants, SuggestGrantsInput } from './suggestion-types.js';

@Resolver()
export class SuggestionResolver {
  @Cost(2_000)
  @ListSize({ assumedSize: 10, slicingArguments: ['input.limit'], sizedFields: ['grants'] })
  @RequiresScopes(['authz:check', 'roles:read'])
  @Query(() => SuggestedGrants, {
    nullable: true,
    description: `The least grants by which a denial would be an allow, each tried on a copy before it is suggested; nothing is changed. Needs authz:check
where the target lies, and roles:read in the Space: what the caller may not read is not suggested, which goes for Roles, assignments and (with
permissions:read) Permissions of the catalogue. It is in the audit log before it is answered.`.replaceAll('\n', ' '),
  })
  async suggestGrants(@Arg('input', () => SuggestGrantsInput, { description: 'The denial.' }) input: SuggestGrantsInput, @Ctx() context: RequestContext): Promise<object> {
    return shownSuggestions(await context.services.get(suggestionsRef).suggest(context, input));
  }
}
