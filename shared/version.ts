/**
 * The version of Esteira: of the schema, the functions and everything else, which are released together. The database
 * says its own by `public.esteira_version()`; a test holds the two and package.json equal.
 */
export const VERSION = "0.3.0";

/**
 * Whether the semantic version `version` comes before `other` (semver.org, §11; what stands behind a hyphen or a plus
 * is left out of account). What is no version comes before all others.
 */
export function isOlder(version: string, other: string): boolean {
  const [mine, others] = [numbers(version), numbers(other)];
  if (!mine || !others) return !mine && others !== undefined;
  for (const [index, part] of mine.entries()) {
    const another = others[index] ?? 0;
    if (part !== another) return part < another;
  }
  return false;
}

/** The three numbers of a version; undefined when it is none. */
function numbers(version: string): number[] | undefined {
  return version.match(/^(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/)?.slice(1).map(Number);
}
