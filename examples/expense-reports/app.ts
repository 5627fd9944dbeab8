import express, { type Express, type Request, type Response } from 'express';
// In an application of yours: from '@polity/client' and '@polity/client/express'.
import { requireDecision } from '../../sdk/client/express.js';
import type { Actor, PolityClient } from '../../sdk/client/index.js';
import type { Reports } from './reports.js';

/** What the application runs on. */
export interface ExpenseAppOptions {
  readonly client: PolityClient;
  readonly reports: Reports;
  /** Who is who in Polity, by the name that a person signs in with. */
  readonly people: ReadonlyMap<string, Actor>;
  /** Type and action under which the approval of a report is registered. */
  readonly protects: { readonly resourceType: string; readonly action: string };
  readonly onError?: (error: unknown) => void;
}

/** An application with one action worth protecting: the approval of an expense report. */
export function createExpenseApp({ client, reports, people, protects, onError }: ExpenseAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');

  app.get('/reports', (_request, response) => {
    response.json(reports.all());
  });

  app.post(
    '/reports/:id/approve',
    requireDecision<Request, Response>({
      client,
      ...protects,
      // A report that is not there is asked about by its own id: Polity denies what it does not know.
      resourceId: ({ params }) => reports.find(String(params.id))?.resourceId ?? String(params.id),
      // Stands for your session: whoever is signed in, as Polity knows them.
      actor: (request) => people.get(request.get('x-user') ?? ''),
      onError: (error) => onError?.(error),
    }),
    // From here on the approval is decided, and the decision is in the audit log.
    (request, response) => {
      const report = reports.find(String(request.params.id));
      if (report === undefined) {
        response.status(404).json({ error: 'not_found' });
        return;
      }
      report.status = 'approved';
      response.json({ report, traceId: request.polity?.traceId, auditEventId: request.polity?.auditEventId });
    },
  );
  return app;
}
