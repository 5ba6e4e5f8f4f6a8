import assert from "node:assert/strict";
import { statusOf } from "./database_error.ts";

Deno.test("each SQLSTATE has the HTTP status that PostgREST documents", () => {
  const documented: [string, number][] = [
    ["08006", 503],
    ["09000", 500],
    ["0L000", 403],
    ["0P000", 403],
    ["22P02", 400],
    ["23502", 400],
    ["23503", 409],
    ["23505", 409],
    ["23514", 400],
    ["25006", 405],
    ["25P02", 500],
    ["28000", 403],
    ["2D000", 500],
    ["38000", 500],
    ["39000", 500],
    ["3B000", 500],
    ["40001", 500],
    ["40P01", 500],
    ["42501", 403],
    ["42703", 400],
    ["42883", 404],
    ["42P01", 404],
    ["42P17", 500],
    ["53000", 503],
    ["53400", 500],
    ["54000", 500],
    ["55000", 500],
    ["55P03", 500],
    ["57014", 500],
    ["57P01", 503],
    ["58000", 500],
    ["F0000", 500],
    ["HV000", 500],
    ["P0001", 400],
    ["P0002", 500],
    ["PT402", 402],
    ["PT999", 500],
    ["XX000", 500],
    ["ZZ000", 400],
  ];
  for (const [sqlState, status] of documented) {
    assert.equal(statusOf(sqlState, "", "authenticated"), status, sqlState);
  }
});

Deno.test("some statuses depend on the role or the message", () => {
  assert.equal(statusOf("42501", "", "anon"), 401);
  assert.equal(statusOf("21000", "UPDATE requires a WHERE clause", "anon"), 400);
  assert.equal(statusOf("21000", "more than one row returned by a subquery", "anon"), 500);
  assert.equal(statusOf("22023", 'role "nobody" does not exist', "nobody"), 401);
  assert.equal(statusOf("22023", "invalid value", "anon"), 400);
});
