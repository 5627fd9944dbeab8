/** Small numbers for the few words of a kind, such as statuses; `active` is 0. */
export class Words {
  private readonly words = ['active'];

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
