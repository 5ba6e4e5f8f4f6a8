/** docs/api.md says what the contract says: every operation, every error, and no call that leads nowhere. */
import assert from "node:assert/strict";
import { ERROR_STATUS } from "../../shared/errors/errors.ts";
import { OPERATIONS } from "../../shared/operations/all.ts";
import { errorsOf, type Operation } from "../../shared/operations/operation.ts";
import { pages } from "./repository.ts";

const page = (await pages()).get("docs/api.md") ?? assert.fail("there is no docs/api.md");
/** As the page writes it: `GET /jobs/:id`. */
const routeOf = ({ method, function: name, path }: Operation) =>
  `${method.toUpperCase()} /${name}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;

Deno.test("every operation is on the page", () => {
  const missing = OPERATIONS.map(routeOf).filter((route) =>
    !page.includes(`\`${route}\``) && !page.includes(`\`${route}?`)
  );
  assert.deepEqual(missing, []);
});

Deno.test("every route on the page is an operation", () => {
  const known = new Set(OPERATIONS.map(routeOf));
  const shown = [...page.matchAll(/`((?:GET|POST|DELETE) \/[^`?]*)[`?]/g)].map(([, route = ""]) => route);
  assert.ok(shown.length > 20);
  assert.deepEqual(shown.filter((route) => !known.has(route.replace("/functions/v1", ""))), []);
});

Deno.test("every error that an operation answers with stands in the table, with its status", () => {
  const codes = new Set(OPERATIONS.flatMap(errorsOf));
  const shown = new Map(
    [...page.matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(([, status, code = ""]) => [code, Number(status)]),
  );
  assert.deepEqual([...codes].filter((code) => shown.get(code) !== ERROR_STATUS[code]), []);
  assert.deepEqual([...shown.keys()].filter((code) => !codes.has(code as never)), []);
});

Deno.test("every code of the contract is told of somewhere", () => {
  assert.deepEqual(Object.keys(ERROR_STATUS).filter((code) => !page.includes(`\`${code}\``)), []);
});

Deno.test("every call of a function on the page leads to an operation", () => {
  const calls = [...page.matchAll(/functions\.invoke\(["`]([^"`?]+)[^,]*, \{\s*(method: "(\w+)")?/g)];
  const known = OPERATIONS.map((operation) => ({
    method: operation.method.toUpperCase(),
    path: new RegExp(`^${operation.function}${operation.path.replaceAll(/\{\w+\}/g, "\\$\\{\\w+\\}")}$`),
  }));
  assert.ok(calls.length >= 4);
  const lost = calls.filter(([, path = "", , method = "POST"]) =>
    !known.some((operation) => operation.method === method && operation.path.test(path))
  );
  assert.deepEqual(lost.map(([call]) => call), []);
});
