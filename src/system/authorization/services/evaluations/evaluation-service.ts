import { PolityError } from '../../../../kernel/errors/index.js';
import type { ActionSearch, Evaluation, EvaluationAnswer, Evaluations, NamesPage, NamesPageInput, RequestContext, ResourceSearch, SubjectSearch } from '../../../shared/contracts/index.js';
import type { Ask } from '../ask.js';
import { withAskingCaller } from '../asking-caller.js';
import { AskingRights } from '../asking-rights.js';
import { MOST_CHECKS, type AuthorizationDecisions } from '../decisions.js';
import { decodeRevision } from '../revision-token.js';
import { evaluationAsks, rememberedAsk } from './evaluation-asks.js';
import type { NameLookup } from './name-lookup.js';
import type { NameSearches } from './name-searches.js';

type Outcome = EvaluationAnswer | PolityError;

/** Questions in the names of other systems: names become ids, and the decisions of `check` answer. */
export class EvaluationService implements Evaluations {
  constructor(
    private readonly lookup: NameLookup,
    private readonly decisions: () => Pick<AuthorizationDecisions, 'answer'>,
    private readonly searches: NameSearches,
  ) {}

  async evaluate(asked: RequestContext, questions: readonly Evaluation[], stopAt?: 'ALLOW' | 'DENY'): Promise<readonly Outcome[]> {
    if (questions.length > MOST_CHECKS) throw new PolityError('BATCH_TOO_LARGE', `One call has at most ${MOST_CHECKS} questions.`, { path: ['evaluations'] });
    const rights = new AskingRights(asked);
    const [only] = questions;
    const remembered = only === undefined || questions.length > 1 ? undefined : rememberedAsk(this.lookup, asked, rights, only);
    if (remembered instanceof PolityError) return [remembered];
    if (remembered !== undefined) return this.decisions().answer(asked, [remembered], rights);
    return this.evaluateAll(asked, questions, stopAt);
  }

  private async evaluateAll(asked: RequestContext, questions: readonly Evaluation[], stopAt?: 'ALLOW' | 'DENY'): Promise<readonly Outcome[]> {
    const context = questions.some(({ atLeast }) => atLeast !== undefined) ? await askingContext(asked, questions) : asked;
    const rights = new AskingRights(context);
    const prepared = await evaluationAsks(this.lookup, context, rights, questions);
    // An error is a deny: what follows it is not asked where a deny ends the list.
    const end = stopAt === 'DENY' ? prepared.findIndex((each) => each instanceof PolityError) : -1;
    const kept = end < 0 ? prepared : prepared.slice(0, end + 1);
    const asks = kept.filter((each): each is Ask => !(each instanceof PolityError));
    return inOrder(kept, asks.length === 0 ? [] : await this.decisions().answer(context, asks, rights, stopAt), stopAt);
  }

  async searchSubjects(context: RequestContext, search: SubjectSearch, page: NamesPageInput): Promise<NamesPage<string>> {
    return this.searches.subjects(await askingContext(context, [search]), search, page);
  }

  async searchResources(context: RequestContext, search: ResourceSearch, page: NamesPageInput): Promise<NamesPage<string>> {
    return this.searches.resources(await askingContext(context, [search]), search, page);
  }

  async searchActions(context: RequestContext, search: ActionSearch, page: NamesPageInput): Promise<NamesPage<string>> {
    return this.searches.actions(await askingContext(context, [search]), search, page);
  }
}

// The caller is no older than the newest revision that is named.
async function askingContext(context: RequestContext, asked: readonly Pick<Evaluation, 'atLeast' | 'path'>[]): Promise<RequestContext> {
  const naming = asked.filter(({ atLeast }) => atLeast !== undefined);
  if (naming.length === 0) return context;
  for (const { atLeast = '', path = [] } of naming) decodeRevision(atLeast, '', [...path, 'context', 'at_least']);
  return withAskingCaller(context, naming, () => []);
}

// Puts answers at the places of their questions, errors between them, up to the answer that ends the list.
function inOrder(prepared: readonly (Ask | PolityError)[], answers: readonly Outcome[], stopAt: 'ALLOW' | 'DENY' | undefined): Outcome[] {
  const outcomes: Outcome[] = [];
  let next = 0;
  for (const each of prepared) {
    const outcome = each instanceof PolityError ? each : answers[next++];
    if (outcome === undefined) break;
    outcomes.push(outcome);
    if ((outcome instanceof PolityError ? 'DENY' : outcome.decision) === stopAt) break;
  }
  return outcomes;
}
