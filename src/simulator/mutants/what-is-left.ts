import type { Mutant } from './mutant.ts';

/** Bugs in what an operation leaves behind, and in what a new process does first. */
export const whatIsLeft: readonly Mutant[] = [
  {
    name: 'drop the pending fence',
    file: 'src/failover/close-operation.ts',
    find: 'pendingFence: pendingFenceAfter(operation, now),',
    replace: 'pendingFence: pendingFenceAfter(operation, now) && null,',
    breaks: [2, 13],
    matters: 'The old region comes back, and takes writes.',
  },
  {
    name: 'call a fence proven that nobody saw',
    file: 'src/failover/fence-duty.ts',
    find: 'const proven = await isProven();',
    replace: 'const proven = true;',
    breaks: [2, 13],
    matters: 'The status says fenced, and the database takes writes.',
  },
  {
    name: 'prove a fence once and for all',
    file: 'src/failover/fence-duty.ts',
    find: "if (state !== 'NotDone') return;",
    replace: "if (state !== 'NotDone' || activationTerm > 0) return;",
    breaks: [2],
    matters: 'Somebody opens the network ACL by hand, and nobody notices.',
  },
  {
    name: 'un-fence on restart',
    file: 'src/failover/first-install.ts',
    find: `const { active, term } = journal.activation;
  if (journal.epoch > 0 || context.ports.effects.entitle === null) return true;`,
    replace: `const { active, term } = { active: 'primary', term: 1 } as const;
  if (context.ports.effects.entitle === null) return true;`,
    breaks: [11, 13],
    matters: 'A controller that starts after a failover gives the old region its traffic back.',
  },
  {
    name: 'let the manifests say who is active',
    file: 'src/failover/driver.ts',
    find: `const same = journal.mode === plan.mode && journal.suspended === plan.suspended;
    if (!options.ownsPlan || same) return journal;
    const carried = { ...journal, mode`,
    replace: `const same = journal.activation.active === 'primary' || journal.operation !== null;
    if (!options.ownsPlan || same) return journal;
    const carried = { ...journal, activation: { ...journal.activation, active: 'primary' as const }, mode`,
    breaks: [12, 13],
    matters: 'A cluster rebuilt from Git undoes the failover.',
  },
  {
    name: 'close without a history',
    file: 'src/failover/run-operation.ts',
    find: 'await ports.journal.appendHistory(operation, outcome, ports.clock.now().wallMs);',
    replace: 'void ports.journal.appendHistory(operation, outcome, ports.clock.now().wallMs).catch(() => undefined);',
    breaks: [11],
    matters: 'Nobody can say afterwards what was done, and why.',
  },
  {
    name: 'abort without undoing the fence',
    file: 'src/failover/advance.ts',
    find: 'unfence: beganToFence(operation)',
    replace: 'unfence: beganToFence(operation) && false',
    breaks: [8],
    matters: 'An operation that was called off leaves the active cut off from its clients.',
  },
  {
    name: 'forget what an abort could not give back',
    file: 'src/failover/close-operation.ts',
    find: "if (outcome === 'Aborted') return { ...closed, pendingUnfence: pendingUnfenceAfter(journal, operation, now) };",
    replace:
      "if (outcome === 'Aborted') return { ...closed, pendingUnfence: pendingUnfenceAfter(journal, operation, now) && null };",
    breaks: [8],
    matters: 'A fence that arrives late stays for ever.',
  },
  {
    name: 'forget the copy of a drill',
    file: 'src/failover/close-operation.ts',
    find: 'cleanups: [...journal.cleanups, ...cleanupsAfter(operation, now)],',
    replace: 'cleanups: cleanupsAfter(operation, now).slice(9),',
    breaks: [8],
    matters: 'Each drill that is called off leaves a database on the bill.',
  },
  {
    name: 'keep no snapshot of the former active',
    file: 'src/failover/steps/reprotect.ts',
    find: "skip: (_plan, { databases }) => (databases.retired === null ? 'there is no former database' : null),\n    effect: (_plan, { to, databases }) => {\n      const database = databases.retired ?? '';\n      return { kind: 'snapshot'",
    replace:
      "skip: () => 'nobody asked for one',\n    effect: (_plan, { to, databases }) => {\n      const database = databases.retired ?? '';\n      return { kind: 'snapshot'",
    breaks: [2, 8],
    matters: 'The writes that only the former active had can never be looked up again.',
  },
  {
    name: 'activate in the journal what is not opened',
    file: 'src/failover/step-results.ts',
    find: "case 'open-traffic':",
    replace: "case 'intent':",
    breaks: [12, 13],
    matters: 'The journal calls a site active that no client can reach.',
  },
];
