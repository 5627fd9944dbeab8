/** Small numbers for the few words of a kind, such as statuses; `active` is 0, and 1 says that there is nothing. */
export class Words {
  private readonly words = ['active', 'missing'];

  code(word: string): number {
    const code = this.words.indexOf(word);
    return code >= 0 ? code : this.words.push(word) - 1;
  }

  word(code: number): string {
    return this.words[code] as string;
  }
}

/** Code of the status that counts. */
export const ACTIVE = 0;
/** Code of what is named and not there. */
export const MISSING = 1;
