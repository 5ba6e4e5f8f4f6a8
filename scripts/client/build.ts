/**
 * Builds `@esteira/client`: `packages/client/dist`, and the tarball that apps install. It is built anew only when a source
 * of it has changed.
 */
import { join } from "node:path";
import { exists } from "@esteira/local-supabase/cache";
import { ROOT } from "../paths.ts";
import { packageJsonOf } from "./package_json.ts";
import { writePlainModules } from "./plain_modules.ts";
import { clientSources, hashOf, modulesWithSchemas } from "./sources.ts";

const CACHE = join(ROOT, ".cache");
const HOME = join(ROOT, "packages/client");
/** What the tarball is made of: the package as an app sees it. */
const STAGE = join(CACHE, "client-package");

/** Builds the package if it must be. Returns the tarball's path. Throws with what the tools said when they fail. */
export async function buildClient(): Promise<string> {
  await Deno.mkdir(CACHE, { recursive: true });
  using lock = await Deno.open(join(CACHE, "client-build.lock"), { create: true, write: true });
  await lock.lock(true); // two builds at once would clean up each other's files
  const sources = await clientSources();
  const hash = await hashOf(sources);
  const { name, version } = packageJsonOf(await Deno.readTextFile(join(HOME, "package.json")));
  const tarball = join(HOME, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
  const mark = join(HOME, "dist/.sources");
  if (await exists(mark) && await exists(tarball) && await Deno.readTextFile(mark) === hash) return tarball;

  await removeAll(join(CACHE, "client-types"));
  await writePlainModules(await modulesWithSchemas(sources), join(CACHE, "client-types"));
  await run("node", [join(ROOT, "node_modules/tsdown/dist/run.mjs"), "--logLevel", "warn"], HOME);
  await Deno.copyFile(join(HOME, "react/styles/esteira.css"), join(HOME, "dist/react.css"));
  await stage();
  await run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", HOME], STAGE);
  await Deno.writeTextFile(mark, hash);
  return tarball;
}

async function stage(): Promise<void> {
  await removeAll(STAGE);
  await Deno.mkdir(join(STAGE, "dist"), { recursive: true });
  for await (const { name } of Deno.readDir(join(HOME, "dist"))) {
    await Deno.copyFile(join(HOME, "dist", name), join(STAGE, "dist", name));
  }
  await Deno.copyFile(join(HOME, "README.md"), join(STAGE, "README.md"));
  await Deno.copyFile(join(ROOT, "LICENSE"), join(STAGE, "LICENSE"));
  const ours = packageJsonOf(await Deno.readTextFile(join(HOME, "package.json")));
  await Deno.writeTextFile(join(STAGE, "package.json"), `${JSON.stringify(ours, null, 2)}\n`);
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  if (!success) throw new Error(`${command} ${args.join(" ")} failed:\n${said}`);
}

async function removeAll(path: string): Promise<void> {
  if (await exists(path)) await Deno.remove(path, { recursive: true });
}

if (import.meta.main) console.log(await buildClient());
