import type { DocumentRegister } from '../graphql/index.js';
import { TRUSTED_DOCUMENT_FACT, type TrustedDocuments } from '../system/admin/index.js';
import type { RevisionFeed } from '../persistence/index.js';

/** Keeps the registered documents of a node as they are in the database: read at the start, and again when the revision feed names one. */
export class DocumentFollower {
  private wanted = 0;
  private read = 0;
  private reading: Promise<void> | undefined;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly source: () => Pick<TrustedDocuments, 'all'>,
    private readonly feed: Pick<RevisionFeed, 'subscribe'>,
    private readonly register: Pick<DocumentRegister, 'replace'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Reads what is registered and begins to follow it. */
  async start(): Promise<void> {
    this.unsubscribe ??= this.feed.subscribe((changes) => {
      if (changes?.every(({ kind }) => kind !== TRUSTED_DOCUMENT_FACT) === true) return;
      this.wanted++;
      this.catchUp().catch(this.onError);
    });
    this.wanted++;
    await this.catchUp();
  }

  /** Reads until nothing newer is known of. Called again after it has failed. */
  catchUp(): Promise<void> {
    this.reading ??= this.readAll().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
  }

  private async readAll(): Promise<void> {
    while (this.read < this.wanted) {
      const { wanted } = this;
      this.register.replace(await this.source().all());
      this.read = wanted;
    }
  }
}
