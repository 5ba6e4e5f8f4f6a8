import { expect, test } from "vitest";
import { failedJobsHref, filterOf, isNarrowed, publicationsHref, userPatch, viewOf } from "./filters.ts";

const search = {
  view: "calendar",
  platform: "x",
  state: "failed",
  user_email: "ana@example.test",
  day: "2026-11-27",
};

test("the address is the filter, and what is no filter is left out", () => {
  expect(filterOf(search, "calendar")).toEqual({
    platform: "x",
    state: "failed",
    user_email: "ana@example.test",
  });
});

test("a view that knows no state is not asked for one", () => {
  expect(filterOf(search, "analytics")).toEqual({ platform: "x", user_email: "ana@example.test" });
  expect(filterOf(search, "unknown")).toEqual({ platform: "x", user_email: "ana@example.test" });
});

test("who is typed is an e-mail or an id", () => {
  expect(userPatch(" ana@example.test ")).toEqual({ user_email: "ana@example.test", user_id: undefined });
  expect(userPatch("0196")).toEqual({ user_id: "0196", user_email: undefined });
  expect(userPatch(" ")).toEqual({ user_id: undefined, user_email: undefined });
});

test("a view that there is not is the calendar", () => {
  expect(viewOf({ view: "groups" })).toBe("groups");
  expect(viewOf({ view: "__proto__" })).toBe("calendar");
  expect(viewOf({})).toBe("calendar");
});

test("links keep what the screen is narrowed to", () => {
  expect(publicationsHref({ platform: "x" }, { open: "2026-11-27" })).toBe(
    "/publications?platform=x&open=2026-11-27",
  );
  expect(failedJobsHref({ user_id: "1" }, { tool: "x_post" })).toBe(
    "/jobs?lane=publication&status=failed&user_id=1&tool=x_post",
  );
  expect(isNarrowed({ view: "groups", day: "2026-11-27" }, "groups")).toBe(false);
});
