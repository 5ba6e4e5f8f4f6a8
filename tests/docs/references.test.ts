/** No reference from one file of the repository to another leads nowhere. */
import assert from "node:assert/strict";
import { danglingReferences } from "../../scripts/pages/references.ts";
import { repository } from "./repository.ts";

/** Tests that make up pages of their own. */
const WITH_FIXTURES: ReadonlySet<string> = new Set([
  "scripts/pages/acceptance.test.ts",
  "scripts/pages/references.test.ts",
  "scripts/database/pgtap.test.ts",
]);

/** What the first release makes. */
const NOT_RELEASED_YET = /^supabase\/releases(\/|$)/;

/** A migration that is made stays as it is; what it was made from may have moved since. */
const MOVED_SINCE: ReadonlySet<string> = new Set(["supabase/schemas/foundation/08_visible_users.sql"]);

Deno.test("no link, no path and no name of a page leads nowhere", async () => {
  const dangling = danglingReferences(await repository()).filter(({ file, reference }) =>
    !WITH_FIXTURES.has(file) && !NOT_RELEASED_YET.test(reference) &&
    !(file.startsWith("supabase/migrations/") && MOVED_SINCE.has(reference))
  );
  assert.deepEqual(
    dangling.map(({ file, line, reference, reason }) => `${file}:${line} ${reference}: ${reason}`),
    [],
  );
});
