/** Waits until an assertion holds, and fails with its last failure after `limitMs`. */
export async function holds(assertion: () => Promise<void> | void, limitMs = 60_000): Promise<void> {
  const limit = performance.now() + limitMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (performance.now() > limit) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
