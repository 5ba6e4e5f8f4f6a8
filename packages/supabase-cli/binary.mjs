// Where the Supabase CLI's binary lies. Plain JavaScript, because Node and Deno both read it.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";

const require = createRequire(import.meta.url);

/**
 * Path of the binary for this machine, out of the package that the CLI publishes for it.
 * @returns {string}
 */
export function supabaseBinary() {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@supabase/cli-${system}-${process.arch}`;
  try {
    const file = process.platform === "win32" ? "supabase.exe" : "supabase";
    return join(dirname(require.resolve(`${name}/package.json`)), "bin", file);
  } catch {
    throw new Error(
      `${name} is missing. Run "npm ci" in the repository, or any of its npm scripts, which does so.`,
    );
  }
}
