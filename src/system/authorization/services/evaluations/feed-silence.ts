/** Longest silence of the feed during which memory is believed, in milliseconds. */
const LONGEST_SILENCE_MS = 1_000;

/** Whether this node hears of changes. */
export interface FeedSilence {
  isHeard(): boolean;
}

/** Silence of a revision feed. */
export function silenceOf(feed: { silentForMs(): number }): FeedSilence {
  return { isHeard: () => feed.silentForMs() <= LONGEST_SILENCE_MS };
}
