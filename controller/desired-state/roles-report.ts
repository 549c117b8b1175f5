/** What came of writing the roles where Crossplane reads them. */
export interface RolesReport {
  /** Written: the composites say what the journal says, and the provider sees no difference. */
  readonly state: 'Written' | 'Waiting' | 'CannotTell';
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}
