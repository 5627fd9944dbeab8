declare module 'pg-copy-streams' {
  import type { Submittable } from 'pg';
  import type { Readable, Writable } from 'node:stream';

  export interface CopyToStream extends Readable, Submittable {
    readonly rowCount: number;
  }
  export interface CopyFromStream extends Writable, Submittable {
    readonly rowCount: number;
  }
  /** Runs `COPY … TO STDOUT`. */
  export function to(statement: string): CopyToStream;
  /** Runs `COPY … FROM STDIN`. */
  export function from(statement: string): CopyFromStream;
}
