import assert from "node:assert/strict";
import { reached, readRelease } from "./release.ts";

Deno.test("what is deployed with a function is what it imports, directly or by way of others", () => {
  const imports = [
    { from: "a/index.ts", to: "b.ts", specifier: "./b.ts", when: "first" as const },
    { from: "b.ts", to: "c.ts", specifier: "./c.ts", when: "first" as const },
    { from: "c.ts", to: "b.ts", specifier: "./b.ts", when: "first" as const },
    { from: "b.ts", to: null, specifier: "zod", when: "first" as const },
    { from: "a/index.test.ts", to: "d.ts", specifier: "./d.ts", when: "first" as const },
  ];
  assert.deepEqual(reached(imports, ["a/index.ts"]), ["a/index.ts", "b.ts", "c.ts"]);
});

Deno.test("the release of this checkout names its migrations and functions, and its digest holds still", async () => {
  const [one, another] = [await readRelease(), await readRelease()];
  assert.ok(one.functions.includes("jobs") && one.functions.includes("health"));
  assert.deepEqual(one.migrations, one.migrations.toSorted());
  assert.equal(await one.digest(), await another.digest());
});
