import { type FileHandle, open } from 'node:fs/promises';

const MAXIMUM_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4096;

/** The server's log file, opened for one start of it. */
export class ServerLog {
  readonly #handle: FileHandle;
  readonly #from: number;

  private constructor(handle: FileHandle, from: number) {
    this.#handle = handle;
    this.#from = from;
  }

  /** Opens the file, emptied first where it has grown past 10 MB. Only its owner may read it: it shows failed statements. */
  static async open(path: string): Promise<ServerLog> {
    const handle = await open(path, 'a+', 0o600);
    let { size } = await handle.stat();
    if (size > MAXIMUM_BYTES) {
      await handle.truncate();
      size = 0;
    }
    return new ServerLog(handle, size);
  }

  /** To hand to the server as its output. */
  get descriptor(): number {
    return this.#handle.fd;
  }

  /** The last of what this start has written. */
  async tail(): Promise<string> {
    const { size } = await this.#handle.stat();
    const from = Math.max(this.#from, size - TAIL_BYTES);
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(TAIL_BYTES), 0, Math.min(TAIL_BYTES, size - from), from);
    return buffer.toString('utf8', 0, bytesRead).trim();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
