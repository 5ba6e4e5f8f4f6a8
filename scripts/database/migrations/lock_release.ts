/** What a release locks. Pure. */
import { isOlder } from "../../../shared/version.ts";
import { UsageError } from "./file_name.ts";
import { lockedFiles, type Released, sha256 } from "./released.ts";

/**
 * `released` with one release more, which locks every migration file that no other has.
 * @param current the version that the code says it is.
 * @throws UsageError when the version is not the code's or not newer than the last one, or no migration is new.
 */
export function lockRelease(
  released: Released,
  files: ReadonlyMap<string, string>,
  version: string | undefined,
  current: string,
): Released {
  if (version !== current) {
    throw new UsageError(
      `This is version ${current} (shared/version.ts, package.json, public.esteira_version()): npm run release -- ${current}`,
    );
  }
  const last = released.releases.at(-1)?.version;
  if (last !== undefined && !isOlder(last, version)) {
    throw new UsageError(
      `${last} has been released; ${version} does not come after it. Raise the version first.`,
    );
  }
  const locked = new Set(lockedFiles(released).map(({ file }) => file));
  const migrations = [...files]
    .filter(([file]) => !locked.has(file))
    .map(([file, text]) => ({ file, sha256: sha256(text) }));
  if (migrations.length === 0) {
    throw new UsageError(
      "There is no migration that was not released: the schema cannot say a new version without one.",
    );
  }
  return { releases: [...released.releases, { version, migrations }] };
}
