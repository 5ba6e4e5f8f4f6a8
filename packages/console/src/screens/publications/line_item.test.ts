import { expect, test } from "vitest";
import { whyOf } from "./line_item.tsx";
import type { Line } from "./rows.ts";

const line = (told: Partial<Line>) => ({ hold: null, error_code: null, state: "waiting", ...told }) as Line;
const holds = { connection_busy: "the account publishes another" };

test("what waits says why in words, or by the code that this version does not know", () => {
  expect(whyOf(line({ hold: "connection_busy" }), holds)).toBe("the account publishes another");
  expect(whyOf(line({ hold: "new_reason" }), holds)).toBe("new_reason");
  expect(whyOf(line({}), holds)).toBe(null);
});

test("what somebody has seen there has failed no more, though its job has", () => {
  expect(whyOf(line({ state: "failed", error_code: "media_refused" }), holds)).toBe("media_refused");
  expect(whyOf(line({ state: "published", error_code: "outcome_unknown" }), holds)).toBe(null);
});
