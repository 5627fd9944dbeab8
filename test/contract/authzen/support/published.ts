import { readFileSync } from 'node:fs';

/** A published file, as it is. */
export function published<Content>(file: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/published/${file}`, import.meta.url), 'utf8')) as Content;
}
