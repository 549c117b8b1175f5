import { z } from 'zod';

/** A site by designation, fixed in the file. Which of them is active is the journal's to say. */
export const siteSchema = z.enum(['primary', 'secondary']);
export type Site = z.output<typeof siteSchema>;

export const sites = siteSchema.options;

/** The site that is not this one. */
export function otherSite(site: Site): Site {
  return site === 'primary' ? 'secondary' : 'primary';
}
