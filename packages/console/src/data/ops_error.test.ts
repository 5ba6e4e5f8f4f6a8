import { expect, test } from "vitest";
import { opsErrorOf } from "./ops_error.ts";

test("a refusal of ours has our code, and what it adds", () => {
  const told = {
    code: "PT422",
    message: "A page has 1 to 200 jobs.",
    details: "invalid_input",
    hint: "limit",
  };
  const { code, status, hint, message } = opsErrorOf(told, 422);
  expect({ code, status, hint, message }).toEqual({
    code: "invalid_input",
    status: 422,
    hint: "limit",
    message: told.message,
  });
});

test("what stands in the way before us has a code of its own", () => {
  expect(opsErrorOf({ code: "PGRST106", message: "" }, 406).code).toBe("schema_not_exposed");
  expect(opsErrorOf({ code: "PGRST301", message: "" }, 401).code).toBe("unauthenticated");
  expect(opsErrorOf({ code: "PGRST303", message: "JWT expired" }, 401).status).toBe(401);
  expect(opsErrorOf({ message: "TypeError: Failed to fetch" }, 0).code).toBe("unreachable");
  expect(opsErrorOf({ code: "57014", message: "canceling statement" }, 500).code).toBe("57014");
  expect(opsErrorOf({ message: "?" }, 502).code).toBe("unknown");
});
