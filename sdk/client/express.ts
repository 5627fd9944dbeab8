export type { DecisionRequest, DecisionResponse } from './express/http-shapes.js';
export { requireDecision, type RequireDecisionOptions } from './express/require-decision.js';
