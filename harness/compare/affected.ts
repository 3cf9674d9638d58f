/** Which suites a change can touch. Pure: paths in, suite ids out. */

/** Paths that no measured byte depends on: the harness that measures is the one that runs, for both revisions. */
const WITHOUT_EFFECT =
  /(^|\/)[^/]+\.md$|\.test\.ts$|^(harness|reports|baselines|docs|scripts|\.github|\.ci)\/|^(LICENSE|biome\.json|rustfmt\.toml|vitest\.config\.ts|\.gitignore|tsconfig\.json)$/;

/**
 * A path below `suites/<id>` or `addons/<id>` touches that suite and those whose addon depends on it; any other path (lock
 * files, fixtures, shared code) touches all of them.
 * @param dependents by addon, the addons that import it
 */
export function affectedSuites(
  changed: readonly string[],
  suiteIds: readonly string[],
  dependents: ReadonlyMap<string, readonly string[]> = new Map(),
): string[] {
  const touched = new Set<string>();
  for (const path of changed) {
    if (WITHOUT_EFFECT.test(path)) continue;
    const [room, id = ''] = path.split('/');
    const isOwn = (room === 'suites' || room === 'addons') && suiteIds.includes(id);
    if (!isOwn) return [...suiteIds];
    touched.add(id);
    for (const dependent of dependents.get(id) ?? []) touched.add(dependent);
  }
  return suiteIds.filter((id) => touched.has(id));
}
