/** The package.json of the tarball: that of the repository without what only the repository needs. */
import { z } from "zod";

const doors = z.record(z.string(), z.record(z.string(), z.string()).or(z.string()));
const packageJson = z.looseObject({ name: z.string(), version: z.string(), exports: doors });
export type PackageJson = z.infer<typeof packageJson>;

/** Conditions by which the repository's own programs run the sources. */
const OF_THE_REPOSITORY = new Set(["source", "deno"]);

/** Throws where `text` is no package.json with `exports`. */
export function packageJsonOf(text: string): PackageJson {
  const { private: _, devDependencies: __, scripts: ___, ...kept } = packageJson.parse(JSON.parse(text));
  const exports = Object.entries(kept.exports).map(([door, ways]) => [
    door,
    typeof ways === "string"
      ? ways
      : Object.fromEntries(Object.entries(ways).filter(([condition]) => !OF_THE_REPOSITORY.has(condition))),
  ]);
  return { ...kept, exports: Object.fromEntries(exports) };
}
