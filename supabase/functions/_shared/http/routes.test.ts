import assert from "node:assert/strict";
import type { Hono } from "hono";
import { OPERATIONS } from "../../../../shared/operations/all.ts";

const FUNCTIONS = new URL("../../", import.meta.url);

/** The functions that would be deployed: every folder with an index.ts. */
function functionNames(): string[] {
  const names: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(FUNCTIONS)) {
    if (!isDirectory || name.startsWith("_")) continue;
    if ([...Deno.readDirSync(new URL(`${name}/`, FUNCTIONS))].some(({ name }) => name === "index.ts")) {
      names.push(name);
    }
  }
  return names.toSorted();
}

/** Its routes as `POST /jobs/{id}/retry`; middleware, which is for all methods, is none. */
function routesOf(app: Hono): string[] {
  const routes = app.routes.filter(({ method }) => method !== "ALL");
  return [...new Set(routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`))];
}

Deno.test("what the functions serve is what the contract says, no route more and none less", async () => {
  const served: string[] = [];
  for (const name of functionNames()) {
    const { app } = await import(new URL(`${name}/index.ts`, FUNCTIONS).href) as { app?: Hono };
    assert.ok(app, `${name}/index.ts does not export its app`);
    served.push(...routesOf(app));
  }
  const described = OPERATIONS.map((operation) =>
    `${operation.method.toUpperCase()} /${operation.function}${operation.path}`
  );
  assert.ok(served.length > 20, "the routes were found");
  assert.deepEqual(served.toSorted(), described.toSorted());
});

Deno.test("each operation has a name of its own", () => {
  const ids = OPERATIONS.map(({ id }) => id);
  assert.deepEqual(ids.filter((id, index) => ids.indexOf(id) !== index), []);
});
