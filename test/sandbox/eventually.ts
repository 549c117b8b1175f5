/** Waits until `condition` holds, looking every few milliseconds; fails with `what` after `limitMs`. */
export async function eventually(what: string, condition: () => boolean, limitMs = 60_000): Promise<void> {
  const startMs = performance.now();
  while (!condition()) {
    if (performance.now() - startMs > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
