/** Waits until `check` returns something truthy (it may throw until then); fails with the last reason after `limitMs`. */
export async function until<T>(check: () => T | Promise<T>, what = "the condition", limitMs = 30_000): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs;
  let reason = "";
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      reason = `last value: ${String(value)}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > end) throw new Error(`Waited ${limitMs} ms for ${what}; ${reason}`);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
