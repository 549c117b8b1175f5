import type { Site } from '../api/site.ts';

/**
 * Everything that the engine can want done in the world. Each is idempotent by its own words: performing it twice, or
 * by two actors, comes to the same.
 */
export type Effect =
  /** Delete `open/<term>` from the site's switch bucket: its entitlement to traffic. */
  | { readonly kind: 'close-traffic'; readonly site: Site; readonly activationTerm: number }
  /** Deny the application subnets the database port by network ACL, which cuts established connections too. */
  | { readonly kind: 'fence-database'; readonly site: Site }
  /** Remove what `fence-database` put in place, and nothing else: the site's database may be reached again. */
  | { readonly kind: 'lift-fence'; readonly site: Site }
  /** Put `open/<term>` into the site's switch bucket: its entitlement to traffic. */
  | { readonly kind: 'entitle'; readonly site: Site; readonly activationTerm: number }
  /** Undo `fence-database` and `close-traffic`, for an operation aborted before its intent. */
  | { readonly kind: 'unfence'; readonly site: Site; readonly activationTerm: number }
  /** See that no write reaches the fenced database. Look only. */
  | { readonly kind: 'prove-fence'; readonly site: Site; readonly database: string; readonly activationTerm: number }
  /** See that the replica has replayed all that its fenced source ever wrote. Look only. */
  | {
      readonly kind: 'verify-replayed';
      readonly site: Site;
      readonly database: string;
      readonly source: SiteDatabase;
    }
  /** Keep Crossplane from re-attaching what is about to be promoted. */
  | { readonly kind: 'pause-reconciliation'; readonly site: Site }
  /** Undo `pause-reconciliation`, for an operation aborted before its intent. */
  | { readonly kind: 'resume-reconciliation'; readonly site: Site }
  /** Make the replica a database of its own. The one irreversible call. */
  | { readonly kind: 'promote'; readonly site: Site; readonly database: string }
  /** Bring the site to the capacity of an active one. */
  | { readonly kind: 'scale'; readonly site: Site; readonly desired: number }
  /** See that the database is out of recovery and a write returns. Look only. */
  | { readonly kind: 'verify-writable'; readonly site: Site; readonly database: string }
  /** Put `takeover/<term>` into the site's own switch bucket. */
  | { readonly kind: 'open-traffic'; readonly site: Site; readonly activationTerm: number }
  /** Put `takeover/<term>` into the witness region's bucket. */
  | { readonly kind: 'mark-witness'; readonly site: Site; readonly activationTerm: number }
  /** See that the application's name leads to the site and that it answers. Look only. */
  | { readonly kind: 'verify-traffic'; readonly site: Site }
  /** Keep a copy of a former active's database, with all that the new one never got. */
  | { readonly kind: 'snapshot'; readonly site: Site; readonly database: string; readonly snapshot: string }
  /** Make a read replica of another site's database. */
  | {
      readonly kind: 'create-replica';
      readonly site: Site;
      readonly database: string;
      readonly source: SiteDatabase;
    }
  /** See that the replica is available and follows its source closely. Look only. */
  | {
      readonly kind: 'verify-replica';
      readonly site: Site;
      readonly database: string;
      readonly source: SiteDatabase;
    }
  /**
   * Make Route 53 look for `open/<term>` of the active and `takeover/<term + 1>` of the other site: the records then
   * follow new health checks, which have settled before.
   */
  | { readonly kind: 'repoint-switch'; readonly active: Site; readonly activationTerm: number }
  /** Delete an instance that nothing needs any more: never before its snapshot is kept, if it is to have one. */
  | {
      readonly kind: 'retire-database';
      readonly site: Site;
      readonly database: string;
      readonly snapshot: string | null;
    }
  /** Write the new roles where Crossplane reads them. */
  | { readonly kind: 'update-desired-state'; readonly site: Site; readonly activationTerm: number }
  | { readonly kind: 'notify'; readonly subject: string; readonly message: string };

/** An instance by its identifier, which is unique in its site's region. */
export interface SiteDatabase {
  readonly site: Site;
  readonly database: string;
}

export type EffectKind = Effect['kind'];
export type EffectOf<Kind extends EffectKind> = Extract<Effect, { readonly kind: Kind }>;

/**
 * What a look at the world says about an effect.
 *
 * - `Done`: nothing is left to do.
 * - `Called`: it was asked for and is under way; look again.
 * - `NotDone`: it may be performed now.
 * - `NotYet`: it may not be performed now; look again.
 * - `CannotTell`: the look failed; never a licence to perform something irreversible.
 */
export interface Look {
  readonly state: 'Done' | 'Called' | 'NotDone' | 'NotYet' | 'CannotTell';
  readonly detail: string;
}

/** What came of a round of look-before-act. */
export type Outcome =
  | { readonly kind: 'Done'; readonly message: string }
  | { readonly kind: 'Called'; readonly message: string }
  | { readonly kind: 'Waiting'; readonly message: string }
  | {
      readonly kind: 'Failed';
      readonly message: string;
      /** It will fail again as it is; a person must change something first. */
      readonly refused?: boolean;
      /** It has been tried for as long as it may be. */
      readonly final?: boolean;
    }
  /** This actor has no means for it; another one makes up for it when it comes. */
  | { readonly kind: 'NotMine'; readonly message: string };
