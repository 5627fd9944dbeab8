import type { Decision } from '../decision.js';

/** What the middleware needs of a request; Express 4 and 5 fit. */
export interface DecisionRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The decision that let the request pass. */
  polity?: Decision;
}

/** What the middleware needs of a response; Express 4 and 5 fit. */
export interface DecisionResponse {
  readonly headersSent: boolean;
  readonly locals: Record<string, unknown>;
  setHeader(name: string, value: string): unknown;
  status(code: number): { json(body: unknown): unknown };
}

declare global {
  // Merges with the types of Express where an application has them.
  namespace Express {
    interface Request {
      /** The decision of `requireDecision` that let the request pass. */
      polity?: Decision;
    }
  }
}
