import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

async function* sources(directory: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (
      entry.name.endsWith(".ts") &&
      !/\.test\.ts$|^fake_\w+\.ts$|_fixture\.ts$/.test(entry.name)
    ) yield path;
  }
}

/** Packages that the deployed code imports by bare name, subpaths included. */
async function bareImports(): Promise<Set<string>> {
  const found = new Set<string>();
  for (const directory of ["supabase/functions", "shared"]) {
    for await (const path of sources(join(ROOT, directory))) {
      const text = await Deno.readTextFile(path);
      for (
        const [, name = ""] of text.matchAll(
          /^(?:import|export)\b[^"';]*?\bfrom\s+["']([^"']+)["']/gm,
        )
      ) {
        if (!/^(\.|node:)/.test(name)) found.add(name);
      }
    }
  }
  return found;
}

Deno.test("the import map that is deployed knows every package, at the version that is tested", async () => {
  const { imports } = JSON.parse(
    await Deno.readTextFile(join(ROOT, "supabase/functions/import_map.json")),
  );
  const { dependencies } = JSON.parse(
    await Deno.readTextFile(join(ROOT, "package.json")),
  );
  const names = await bareImports();
  assert.ok(
    names.has("zod") && names.has("hono/cors"),
    "the search finds what is known to be there",
  );
  for (const name of names) {
    const key = Object.keys(imports).find((known) =>
      known === name || (known.endsWith("/") && name.startsWith(known))
    );
    assert.ok(key, `${name} is not in supabase/functions/import_map.json`);
  }
  for (const target of Object.values<string>(imports)) {
    const [, name = "", version] = target.match(/^npm:\/?(@?[^@]+)@([^/]+)/) ??
      [];
    assert.equal(version, dependencies[name], `${target} against package.json`);
  }
});
