/** What may be set for a post on X: only what is documented, and nothing that would be dropped in silence. */
import assert from "node:assert/strict";
import { ignoredXSettings, type XPostSettings, xPostSettings } from "./x_settings.ts";

const POLL = { options: ["yes", "no"], durationMinutes: 60 };

Deno.test("documented settings are taken", () => {
  const all: XPostSettings = {
    replyTo: "1346889436626259968",
    excludeReplyUserIds: ["1"],
    quotePostId: "2",
    replySettings: "mentionedUsers",
    communityId: "3",
    poll: POLL,
    taggedUserIds: ["4"],
    madeWithAi: true,
    paidPartnership: true,
  };
  assert.deepEqual(xPostSettings.parse(all), all);
  assert.deepEqual(xPostSettings.parse({}), {});
});

for (
  const [what, settings] of [
    ["an unknown name", { nullcast: true }],
    ["the id of a post as a number, whose last digits are lost", {
      replyTo: 1346889436626259968n.toString() + "0",
    }],
    ["an id that is none", { replyTo: "https://x.com/a/status/1" }],
    ["a reply setting that X does not know", { replySettings: "everyone" }],
    ["a poll with one answer", { poll: { ...POLL, options: ["yes"] } }],
    ["a poll with a long answer", { poll: { ...POLL, options: ["yes", "n".repeat(26)] } }],
    ["a poll of four minutes", { poll: { ...POLL, durationMinutes: 4 } }],
    ["a poll of more than a week", { poll: { ...POLL, durationMinutes: 10_081 } }],
    ["eleven who are tagged", { taggedUserIds: Array.from({ length: 11 }, (_, n) => `${n}`) }],
  ] as const
) {
  Deno.test(`${what} is refused`, () => assert.equal(xPostSettings.safeParse(settings).success, false));
}

for (
  const [settings, mediaCount, fields] of [
    [{ replyTo: "1", excludeReplyUserIds: ["2"], communityId: "3", paidPartnership: true }, 0, []],
    [{ replySettings: "verified", taggedUserIds: ["1"], madeWithAi: true }, 1, []],
    [{ poll: POLL }, 0, []],
    [{ excludeReplyUserIds: ["2"] }, 0, ["settings.excludeReplyUserIds"]],
    [{ replyTo: "1", replySettings: "following" }, 0, ["settings.replySettings"]],
    [{ poll: POLL }, 1, ["settings.poll"]],
    [{ poll: POLL, quotePostId: "1" }, 0, ["settings.poll"]],
    [{ quotePostId: "1" }, 2, ["settings.quotePostId"]],
    [{ taggedUserIds: ["1"], madeWithAi: true }, 0, ["settings.taggedUserIds", "settings.madeWithAi"]],
  ] as const
) {
  Deno.test(`of ${JSON.stringify(settings)} with ${mediaCount} files, ${fields.join(" and ") || "none"} would be ignored`, () => {
    const issues = ignoredXSettings(xPostSettings.parse(settings), mediaCount);
    assert.deepEqual(issues.map(({ field }) => field), fields);
    assert.ok(issues.every(({ code }) => code === "settings_ignored"));
  });
}
