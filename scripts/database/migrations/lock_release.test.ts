import assert from "node:assert/strict";
import { UsageError } from "./file_name.ts";
import { lockRelease } from "./lock_release.ts";
import { lockProblems } from "./lock.ts";
import { sha256 } from "./released.ts";

const first = "select 1;\n";
const second = "select ops.install();\n";
const files = new Map([["20261101000000_baseline.sql", first]]);
const more = new Map([...files, ["20261201000000_more.sql", second]]);
const says = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UsageError);
  assert.match(error.message, message);
  return true;
};

Deno.test("a release locks what no release before has locked", () => {
  const once = lockRelease({ releases: [] }, files, "0.2.0", "0.2.0");
  assert.deepEqual(once, {
    releases: [{
      version: "0.2.0",
      migrations: [{ file: "20261101000000_baseline.sql", sha256: sha256(first) }],
    }],
  });
  const twice = lockRelease(once, more, "0.3.0", "0.3.0");
  assert.deepEqual(twice.releases[1], {
    version: "0.3.0",
    migrations: [{ file: "20261201000000_more.sql", sha256: sha256(second) }],
  });
  assert.deepEqual(lockProblems({ released: twice, files: more, baseline: "" }), []);
});

Deno.test("only the version that the code says can be released", () => {
  assert.throws(
    () => lockRelease({ releases: [] }, files, undefined, "0.2.0"),
    says(/npm run release -- 0\.2\.0/),
  );
  assert.throws(
    () => lockRelease({ releases: [] }, files, "0.3.0", "0.2.0"),
    says(/This is version 0\.2\.0/),
  );
});

Deno.test("a version is released once, and after those before it", () => {
  const once = lockRelease({ releases: [] }, files, "0.2.0", "0.2.0");
  assert.throws(() => lockRelease(once, more, "0.2.0", "0.2.0"), says(/0\.2\.0 has been released/));
  assert.throws(() => lockRelease(once, more, "0.1.9", "0.1.9"), says(/does not come after it/));
});

Deno.test("a release without a migration is none", () => {
  const once = lockRelease({ releases: [] }, files, "0.2.0", "0.2.0");
  assert.throws(() => lockRelease(once, files, "0.3.0", "0.3.0"), says(/no migration that was not released/));
});
