import type { CapabilityRegistration } from '../../kernel/lifecycle/index.js';
import {
  auditLogRef, clockRef, conditionsRef, databaseRef, decisionsRef, decisionTracesRef, evaluationsRef, loggerRef, separationOfDutyRef, systemContext,
} from '../shared/contracts/index.js';
import { mutationsRef } from '../shared/services/index.js';
import { AccessRequestDecisions, accessRequestDecisionsRef } from './services/access-requests/access-request-decisions.js';
import { AccessRequestQueries, accessRequestQueriesRef } from './services/access-requests/access-request-queries.js';
import { AccessRequests, accessRequestsRef } from './services/access-requests/access-requests.js';
import { provideAccessReviews } from './services/access-reviews/provide-access-reviews.js';
import { AllowCounts, allowCountsRef } from './services/allow-counts.js';
import { faultOfCondition } from './services/checked-condition.js';
import { DecisionTraceReader, decisionTraceReaderRef } from './services/decision-trace-reader.js';
import { AuthorizationDecisions, authorizationDecisionsRef } from './services/decisions.js';
import { createEvaluations } from './services/evaluations/create-evaluations.js';
import { factSourceRef } from './services/fact-source.js';
import { provideFacts } from './services/provide-facts.js';
import { MemberRoles, memberRolesRef } from './services/member-roles.js';
import { Permissions, permissionsRef } from './services/permissions.js';
import { provideReceipts } from './services/receipts/provide-receipts.js';
import { receiptsRef } from './services/receipts/receipts.js';
import { createRoleLoaders, roleLoadersRef } from './services/role-loaders.js';
import { RoleInheritances, roleInheritancesRef } from './services/role-inheritances.js';
import { RolePermissions, rolePermissionsRef } from './services/role-permissions.js';
import { Roles, rolesRef } from './services/roles.js';
import { SeparationGuard } from './services/separation-guard.js';
import { SeparationRules, separationRulesRef } from './services/separation-rules.js';
import { SeparationViolations, separationViolationsRef } from './services/separation-violations.js';
import { provideWhatIf } from './services/what-if/provide-what-if.js';
import { TraceNameReader, traceNamesRef } from './services/trace-names.js';

/** Provides the services of authorization. */
export function provideServices({ provide }: Pick<CapabilityRegistration, 'provide'>): void {
  provideFacts({ provide });
  provide(traceNamesRef, (services) => new TraceNameReader(services.get(databaseRef)));
  provide(allowCountsRef, (services) => new AllowCounts({
    auditLog: () => services.get(auditLogRef),
    context: () => systemContext(services, services.get(clockRef).now()),
    onError: (error) => services.get(loggerRef).error('counts of allows could not be written', { error }),
  }));
  provide(authorizationDecisionsRef, (services) => new AuthorizationDecisions({
    executor: services.get(databaseRef),
    facts: services.get(factSourceRef),
    auditLog: () => services.get(auditLogRef),
    allowCounts: services.get(allowCountsRef),
    names: services.get(traceNamesRef),
    receipts: () => services.get(receiptsRef),
  }));
  provide(decisionsRef, (services) => services.get(authorizationDecisionsRef));
  provideReceipts({ provide });
  provide(evaluationsRef, createEvaluations);
  provide(decisionTraceReaderRef, (services) =>
    new DecisionTraceReader(services.get(databaseRef), services.get(traceNamesRef), () => services.get(auditLogRef)));
  provide(decisionTracesRef, (services) => services.get(decisionTraceReaderRef));
  provide(rolesRef, (services) => new Roles(services.get(databaseRef), services.get(mutationsRef), services.get(separationOfDutyRef)));
  provide(permissionsRef, (services) => new Permissions(services.get(databaseRef), services.get(mutationsRef), services.get(separationOfDutyRef)));
  provide(rolePermissionsRef, (services) =>
    new RolePermissions(services.get(databaseRef), services.get(mutationsRef), services.get(separationOfDutyRef)));
  provide(memberRolesRef, (services) => new MemberRoles(services.get(databaseRef), services.get(mutationsRef), services.get(separationOfDutyRef)));
  provide(roleInheritancesRef, (services) =>
    new RoleInheritances(services.get(databaseRef), services.get(mutationsRef), services.get(separationOfDutyRef)));
  provide(conditionsRef, () => ({ faultOf: faultOfCondition }));
  provide(separationOfDutyRef, () => new SeparationGuard());
  provide(separationRulesRef, (services) => new SeparationRules(services.get(databaseRef), services.get(mutationsRef)));
  provide(separationViolationsRef, (services) => new SeparationViolations(services.get(databaseRef)));
  provide(accessRequestsRef, (services) => new AccessRequests(services.get(mutationsRef)));
  provide(accessRequestDecisionsRef, (services) => new AccessRequestDecisions(services.get(mutationsRef), services.get(memberRolesRef)));
  provide(accessRequestQueriesRef, (services) => new AccessRequestQueries(services.get(databaseRef)));
  provideAccessReviews({ provide });
  provideWhatIf({ provide });
  provide(roleLoadersRef, createRoleLoaders);
}
