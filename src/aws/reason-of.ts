/** What an error has to say in one line. Happy Eyeballs' error has no message of its own, only those of its parts. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.map(reasonOf).join('; ');
  return 'message' in error && error.message !== '' ? String(error.message) : String(error);
}
