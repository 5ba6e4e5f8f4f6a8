import assert from "node:assert/strict";
import { ERROR_STATUS, isErrorCode } from "../../shared/errors/errors.ts";
import { readSchemaFiles } from "./schemas.ts";

/** `private.refuse(409, 'stale_token', …` and `(409, 'tool_disabled', …)::private.refusal`. */
const REFUSAL = /\b([1-5]\d\d),\s*'([a-z_]+)'/g;

Deno.test("what SQL refuses with are the contract's codes, with the statuses that it promises", async () => {
  const found = (await readSchemaFiles()).flatMap(({ path, sql }) =>
    [...sql.matchAll(REFUSAL)].map(([, status, code = ""]) => ({ path, status: Number(status), code }))
  );
  assert.ok(found.length > 50, `${found.length} refusals`);
  const wrong = found.filter(({ status, code }) => !isErrorCode(code) || ERROR_STATUS[code] !== status);
  assert.deepEqual(wrong, []);
});
