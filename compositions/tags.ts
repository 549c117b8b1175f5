import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import type { Site } from '../src/api/site.ts';

/**
 * Tags of everything that a site consists of and that takes tags. `DR-Role` is the site by designation: who is active
 * now changes, and is never in a tag. `Cost-Center` is the application's name unless the file says otherwise.
 */
export function siteTags(app: MultiRegionApp, site: Site): Readonly<Record<string, string>> {
  return tagsFor(app, site);
}

/** Tags of what both sites share. */
export function sharedTags(app: MultiRegionApp): Readonly<Record<string, string>> {
  return tagsFor(app, 'shared');
}

function tagsFor({ metadata, spec }: MultiRegionApp, role: string): Readonly<Record<string, string>> {
  return {
    'Cost-Center': metadata.name,
    ...spec.tags,
    App: metadata.name,
    Environment: spec.environment,
    'DR-Role': role,
    ManagedBy: 'understudy',
  };
}
