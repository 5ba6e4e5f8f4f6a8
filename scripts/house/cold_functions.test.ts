/** What a function loads before it can answer: whatever is not needed for that is loaded when it is. */
import assert from "node:assert/strict";
import { type Import, loadedWith, readImports } from "./import_graph.ts";
import { ROOT } from "../paths.ts";

const FUNCTIONS = "supabase/functions";
const SHARED = `${FUNCTIONS}/_shared`;
const DRAIN = `${SHARED}/work/drain.ts`;

const PROVIDERS = ["astria", "fal", "kie", "openai", "replicate", "runninghub"];
/** Everything of every provider but the kit, which is small. */
const ALL_PROVIDERS = ["registry.ts", ...PROVIDERS.map((name) => `${name}/`)].map((path) =>
  `${SHARED}/providers/${path}`
);
const PLATFORMS = [`${SHARED}/platforms/`, "shared/publishing/"];
const PUBLISHING = `${SHARED}/work/publishing/`;
const FILES = `${SHARED}/files/`;
/** The words of requests and the description of the API, each of them many schemas. */
const CONTRACT = ["shared/operations/", "shared/requests/"];
/** Packages that cost more than all of ours does, and are for one thing each. */
const HEAVY = ["mediabunny", "zod-openapi", "jose"];

/** What must not be loaded with a function, by the beginnings of paths; all of them must not load the drain. */
const NOT_FIRST: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    PROVIDERS.filter((name) => name !== "openai").map((name) => [`${name}-webhook`, [
      ...ALL_PROVIDERS.filter((path) => !path.endsWith(`/${name}/`)),
      ...["submit", "outcome", "upload", "find", "cancel", "call"].map((part) =>
        `${SHARED}/providers/${name}/${part}.ts`
      ),
      ...PLATFORMS,
      ...CONTRACT,
      FILES,
    ]]),
  ),
  worker: [...ALL_PROVIDERS, ...PLATFORMS, FILES],
  // A publication is a job, and its input has a schema.
  jobs: [...ALL_PROVIDERS, `${SHARED}/platforms/`],
  models: [...ALL_PROVIDERS, ...PLATFORMS, FILES],
  events: [...ALL_PROVIDERS, ...PLATFORMS, FILES],
  health: [...ALL_PROVIDERS, ...PLATFORMS, FILES],
  "workers-api": [...ALL_PROVIDERS, ...PLATFORMS],
  // These two are about platforms.
  connections: [...ALL_PROVIDERS, PUBLISHING],
  publications: [...ALL_PROVIDERS, PUBLISHING],
};

const imports = await readImports([FUNCTIONS]);

Deno.test("no function loads before it answers what it does not answer with", () => {
  for (const name of functionNames()) {
    const never = [
      DRAIN,
      ...HEAVY,
      "shared/operations/",
      ...NOT_FIRST[name] ?? assert.fail(`${name} is not in the list`),
    ];
    const loaded = loadedWith(`${FUNCTIONS}/${name}/index.ts`, imports);
    assert.ok(loaded.length > 10, "its imports were found");
    const found = loaded.filter((path) => never.some((start) => path.startsWith(start)));
    assert.deepEqual(found, [], found.map((path) => wayTo(path, `${FUNCTIONS}/${name}/index.ts`)).join("\n"));
  }
});

Deno.test("what is loaded later is found by who bundles: the way there is written out", () => {
  for (const name of functionNames().filter((name) => name.endsWith("-webhook"))) {
    const all = loadedWith(`${FUNCTIONS}/${name}/index.ts`, imports, ["first", "asked"]);
    for (const path of [DRAIN, `${SHARED}/providers/registry.ts`, "mediabunny"]) {
      assert.ok(all.includes(path), path);
    }
  }
});

Deno.test("what is loaded for types alone, or later, does not count as loaded", () => {
  const link = (from: string, to: string, when: Import["when"]): Import => ({
    from,
    to,
    specifier: to,
    when,
  });
  const some = [
    link("a", "b", "first"),
    link("b", "c", "asked"),
    link("b", "d", "never"),
    link("c", "a", "first"),
  ];
  assert.deepEqual(loadedWith("a", some), ["a", "b"]);
  assert.deepEqual(loadedWith("a", some, ["first", "asked"]), ["a", "b", "c"]);
});

function functionNames(): string[] {
  return [...Deno.readDirSync(`${ROOT}${FUNCTIONS}`)]
    .filter(({ name, isDirectory }) => isDirectory && !name.startsWith("_")).map(({ name }) => name);
}

/** Who loads it, back to the function: `drain.ts ← webhook_app.ts ← index.ts`. */
function wayTo(path: string, start: string): string {
  const way = [path];
  while (way.at(-1) !== start) {
    const from = imports.find(({ from, to, specifier, when }) =>
      when === "first" && (to ?? specifier) === way.at(-1) && !way.includes(from) &&
      loadedWith(start, imports).includes(from)
    )?.from;
    if (!from) break;
    way.push(from);
  }
  return way.join(" ← ");
}
