import assert from "node:assert/strict";
import { join, relative } from "node:path";
import ts from "typescript";
import { ROOT } from "../paths.ts";
import { writePlainModules } from "./plain_modules.ts";
import { clientSources, modulesWithSchemas } from "./sources.ts";

const CACHE = join(ROOT, ".cache");

/** Writes the types of the contract out; gives the folder and the modules. */
async function written(body: (folder: string, modules: readonly string[]) => Promise<void>): Promise<void> {
  await Deno.mkdir(CACHE, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: CACHE, prefix: "plain-types-" });
  try {
    const modules = await modulesWithSchemas(await clientSources());
    await writePlainModules(modules, folder);
    await body(folder, modules);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("types that are written out mean what the schemas mean, and need nothing but themselves", () =>
  written(async (folder, modules) => {
    const lines = await Promise.all(modules.map(async (path, at) => {
      const plain = join(folder, path.replace(/\.ts$/, ".d.ts"));
      const text = await Deno.readTextFile(plain);
      assert.doesNotMatch(text, /zod|\bz\./, path);
      const from = (file: string) => JSON.stringify(`./${relative(folder, file)}`);
      const names = [...text.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name);
      return [
        `import type * as Real${at} from ${from(join(ROOT, path))};`,
        `import type * as Plain${at} from ${from(plain)};`,
        ...names.map((name) => `same<Real${at}.${name}, Plain${at}.${name}>(true);`),
      ].join("\n");
    }));
    const entry = join(folder, "same.ts");
    await Deno.writeTextFile(
      entry,
      `declare function same<A, B>(are: [A] extends [B] ? [B] extends [A] ? true : false : false): void;\n` +
        lines.join("\n"),
    );
    const program = ts.createProgram([entry], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      types: [],
    });
    const source = program.getSourceFile(entry);
    const problems = program.getSemanticDiagnostics(source).map(({ messageText, start }) => {
      const line = source?.text.slice(source.text.lastIndexOf("\n", start) + 1).split("\n")[0];
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
    assert.deepEqual(problems, []);
    assert.ok(lines.join("\n").split("same<").length > 20, "types were compared");
  }));

Deno.test("what a schema says of its fields is what an editor shows of them", () =>
  written(async (folder) => {
    const job = await Deno.readTextFile(join(folder, "shared/rows/job.d.ts"));
    assert.match(job, /\/\*\* Whether `progress` is a guess [^\n]*\*\/\n {2}progress_is_estimate: boolean;/);
    assert.match(job, /status: JobStatus;/);
    const upscaler = await Deno.readTextFile(join(folder, "shared/tools/upscaler.d.ts"));
    assert.match(upscaler, /\/\*\* How many times as wide and as high\. \*\/\n {2}scale\?: 4 \| 2;/);
  }));
