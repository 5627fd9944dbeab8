/** What every function of the runner takes. */
export interface MigrationOptions {
  /** Address of the database. To apply migrations, the owner's: a superuser, or one who owns the database and may create roles. */
  readonly url: string;
  /** Default: the package's own. */
  readonly migrationsDir?: string;
}
