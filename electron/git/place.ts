/** Where a git command acts: its folder, and the environment that points it at a repository, an index, a work tree. */
export type GitPlace = { cwd: string; env: Record<string, string> };

/** Settings as an environment (`GIT_CONFIG_COUNT`), so that they need no file. */
export function settingsEnv(settings: Record<string, string>): Record<string, string> {
  const entries = Object.entries(settings);
  const pairs: [string, string][] = entries.flatMap(([key, value], at): [string, string][] => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(pairs) };
}
