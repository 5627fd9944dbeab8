import type { ServiceScope } from '../../../../kernel/services/index.js';
import { databaseRef, revisionFeedRef, settingsRef, type Evaluations } from '../../../shared/contracts/index.js';
import { authorizationDecisionsRef } from '../decisions.js';
import { accessListsRef } from '../lists/access-lists.js';
import { ActorNames } from './actor-names.js';
import { ChangeClock } from './change-clock.js';
import { EvaluationService } from './evaluation-service.js';
import { silenceOf } from './feed-silence.js';
import { NameLookup } from './name-lookup.js';
import { NameSearches } from './name-searches.js';
import { ResourceDirectory } from './resource-directory.js';
import { SubjectDirectory } from './subject-directory.js';
import { SubjectKinds } from './subject-kinds.js';

/** Names of each kind that a process remembers: about 25 MB when full. */
const MOST_NAMES = 50_000;

/** Makes the evaluations of a process; what they remember follows the revision feed. */
export function createEvaluations(services: ServiceScope): Evaluations {
  const database = services.get(databaseRef);
  const feed = services.get(revisionFeedRef);
  const clock = new ChangeClock();
  feed.subscribe((changes) => clock.advance(changes));
  const parts = { database, clock, silence: silenceOf(feed), most: MOST_NAMES };
  const subjects = new SubjectDirectory(parts);
  const kinds = new SubjectKinds(services.get(settingsRef).governance.authzenSubjectTypes);
  const lookup = new NameLookup({ kinds, subjects, resources: new ResourceDirectory(parts) });
  const searches = new NameSearches(lookup, new ActorNames(database, subjects), () => services.get(accessListsRef));
  return new EvaluationService(lookup, () => services.get(authorizationDecisionsRef), searches);
}
