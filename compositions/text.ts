import type { Source } from './builder/source.ts';

/** A text that is known at synth time, or read from the composite. */
export type Text = string | Source<'xr', string>;

/** Tags of a resource: the composite's, and a name of its own. */
export type Tags = Source<'xr', { readonly [key: string]: string }>;
