import { expect, test } from "vitest";
import { inboxFilterOf, type InboxLine, type InboxPage, linesOf } from "./webhook.ts";

const ID = "01a21d17-aea4-70c5-9f71-c755ed6f20a0";

test("an address becomes the filter that SQL takes", () => {
  expect(inboxFilterOf({})).toEqual({});
  expect(inboxFilterOf({ provider: "kie", verdict: "late", job: ` ${ID} `, refused: "no", webhook: "7" }))
    .toEqual({ provider: "kie", verdict: "late", job_id: ID, refused: false });
  expect(inboxFilterOf({ refused: "yes" })).toEqual({ refused: true });
});

test("an id that is half typed names nothing yet", () => {
  expect(inboxFilterOf({ job: "01a21d17-aea4", refused: "perhaps" })).toEqual({});
});

test("a line that has moved up is shown once, where it came first", () => {
  const line = (id: string, at: string) => ({ id, at }) as InboxLine;
  const page = (...webhooks: InboxLine[]): InboxPage => ({
    webhooks,
    next: null,
    looked_at: 1,
    is_complete: true,
  });
  const pages = [
    page(line("refusal:a", "2"), line("webhook:2", "1")),
    page(line("refusal:a", "0"), line("webhook:1", "0")),
  ];
  expect(linesOf(pages).map(({ id, at }) => `${id} ${at}`)).toEqual([
    "refusal:a 2",
    "webhook:2 1",
    "webhook:1 0",
  ]);
});
