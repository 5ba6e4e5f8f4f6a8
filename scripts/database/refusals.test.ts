import assert from "node:assert/strict";
import { ERROR_STATUS, isErrorCode } from "../../shared/errors/errors.ts";
import { VERDICT_LEVELS } from "../../shared/words/verdicts.ts";
import { readSchemaFiles } from "./schemas.ts";

/** Verdicts have a place in their order and then a level, which looks alike. */
const LEVELS: readonly string[] = VERDICT_LEVELS;

/** `private.refuse(409, 'stale_token', …` and `(409, 'tool_disabled', …)::private.refusal`. */
const REFUSAL = /\b([1-5]\d\d),\s*'([a-z_]+)'/g;

Deno.test("what SQL refuses with are the contract's codes, with the statuses that it promises", async () => {
  const found = (await readSchemaFiles()).flatMap(({ path, sql }) =>
    [...sql.matchAll(REFUSAL)].map(([, status, code = ""]) => ({ path, status: Number(status), code }))
  ).filter(({ code }) => !LEVELS.includes(code));
  assert.ok(found.length > 50, `${found.length} refusals`);
  const wrong = found.filter(({ status, code }) => !isErrorCode(code) || ERROR_STATUS[code] !== status);
  assert.deepEqual(wrong, []);
});
