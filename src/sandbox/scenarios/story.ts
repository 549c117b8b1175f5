/** One line of the timeline. */
export interface StoryEntry {
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number;
  /** What it is about: a region, an actor, a step. One word. */
  readonly subject: string;
  readonly text: string;
}

/** Takes what happens, as it happens. */
export interface Story {
  entry(entry: StoryEntry): void;
  /** What is true right now; replaces what was said before. */
  status(text: string): void;
}
