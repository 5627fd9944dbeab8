/** An expense report of the application. */
export interface Report {
  readonly id: string;
  readonly title: string;
  readonly amount: string;
  /** Under which id Polity knows the report. */
  readonly resourceId: string;
  status: 'submitted' | 'approved';
}

/** The reports of the application; a real one has a database. */
export class Reports {
  private readonly reports: ReadonlyMap<string, Report>;

  constructor(reports: readonly Report[]) {
    this.reports = new Map(reports.map((report) => [report.id, { ...report }]));
  }

  all(): readonly Report[] {
    return [...this.reports.values()];
  }

  find(id: string): Report | undefined {
    return this.reports.get(id);
  }
}
