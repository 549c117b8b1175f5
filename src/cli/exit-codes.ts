/** What the command's exit code says; part of its interface. */
export const exitCodes = {
  success: 0,
  /** It ran, and the answer is no: the file has problems, a fact did not hold, PostgreSQL did not start. */
  failure: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Ended by Ctrl-C, as shells report SIGINT. */
  interrupted: 130,
} as const;
