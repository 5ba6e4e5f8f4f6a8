/**
 * The database that supabase/schemas describes and the one that supabase/migrations make are the same, and the
 * comparison that says so sees whatever a hand can change.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { type Catalog, KINDS, readCatalog } from "../../scripts/database/catalog/catalog.ts";
import {
  describeDifferences,
  type Difference,
  differences,
} from "../../scripts/database/catalog/differences.ts";
import {
  fromMigrations,
  fromSchemas,
  readAll,
  withDatabase,
} from "../../scripts/database/migrations/databases.ts";
import { SUPABASE } from "../../scripts/paths.ts";
import { readRows } from "../../scripts/database/catalog/rows.ts";
import { readSchemaFiles } from "../../scripts/database/schemas.ts";
import { MUTATIONS } from "./mutations/all.ts";
import type { Mutation } from "./mutations/mutation.ts";

const SIDES = { here: "schemas", there: "migrations" };
const migrations = await readMigrations(join(SUPABASE, "migrations"));

Deno.test("schemas and migrations make the same database", async () => {
  const schemas = await withDatabase(fromSchemas(await readSchemaFiles()), ({ sql }) => readAll(sql));
  const migrated = await withDatabase(fromMigrations(migrations), ({ sql }) => readAll(sql));
  assert.equal(describeDifferences(differences(schemas, migrated), SIDES), "");
  assert.deepEqual(differences(migrated, schemas), []);
});

Deno.test("whatever a hand changes in a database is told by its name", async (test) => {
  await withDatabase(fromMigrations(migrations), async ({ sql }) => {
    const untouched = await readAll(sql);
    for (const mutation of MUTATIONS) {
      await test.step(mutation.what, async () => {
        const found = await differencesAfter(sql, mutation, untouched);
        assert.ok(
          found.some((difference) => fits(difference, mutation)),
          `${mutation.object} should be told; what was told:\n${
            describeDifferences(found, SIDES) || "nothing"
          }`,
        );
      });
    }
    await test.step("and nothing is told when nothing has changed", async () => {
      assert.deepEqual(differences(await readAll(sql), untouched), []);
    });
  });
});

Deno.test("each kind of object is changed by some hand", () => {
  const kinds = new Set(MUTATIONS.map(({ object }) => object.split(" ")[0]));
  assert.deepEqual([...KINDS, "row"].filter((kind) => !kinds.has(kind)), []);
});

/** Makes the change in a transaction, compares objects of its kind, and takes it back. */
async function differencesAfter(
  sql: postgres.Sql,
  mutation: Mutation,
  untouched: Catalog,
): Promise<Difference[]> {
  const kind = KINDS.find((name) => mutation.object.startsWith(`${name} `));
  const before = new Map([...untouched].filter(([object]) => object.startsWith(`${kind ?? "row"} `)));
  let found: Difference[] = [];
  const done = new Error("taken back");
  await sql.begin(async (tx) => {
    await tx.unsafe(`set local role ${mutation.as}; ${mutation.sql}; reset role`).simple();
    found = differences(await (kind ? readCatalog(tx, [kind]) : readRows(tx)), before);
    throw done;
  }).catch((error) => {
    if (error !== done) throw error;
  });
  return found;
}

function fits(difference: Difference, { object, is }: Mutation): boolean {
  if (difference.object !== object) return false;
  if (typeof is === "string") return difference.is === is;
  return difference.is === "different" && difference.properties.some(({ name }) => name === is.property);
}
