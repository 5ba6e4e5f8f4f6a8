/** What Instagram takes, as preflight reads it (docs/platforms/instagram.md#limits, #settings). */
import assert from "node:assert/strict";
import { OPTIONS } from "../words/platforms.ts";
import { INSTAGRAM_RULES, INSTAGRAM_SCOPES, instagramRules } from "./instagram_rules.ts";
import { INSTAGRAM_OPTIONS, INSTAGRAM_SETTINGS, instagramSettings } from "./instagram_settings.ts";

Deno.test("every option of Instagram's has rules and settings", () => {
  const options = OPTIONS.filter((option) => option.startsWith("instagram_"));
  assert.deepEqual([...INSTAGRAM_OPTIONS].toSorted(), options.toSorted());
  for (const option of INSTAGRAM_OPTIONS) {
    assert.ok(INSTAGRAM_RULES[option].scopes.length > 0 && INSTAGRAM_SETTINGS[option]);
  }
});

Deno.test("rules speak of the files that they let in, and of no others", () => {
  for (const [option, { media, image, video }] of Object.entries(INSTAGRAM_RULES)) {
    assert.equal(image !== undefined, (media.images ?? 0) > 0, option);
    assert.equal(video !== undefined, (media.videos ?? 0) > 0, option);
    assert.equal(media.gifs, 0, option);
    assert.ok(media.min >= 1 && media.max >= media.min, option);
  }
  assert.deepEqual(
    [INSTAGRAM_RULES.instagram_carousel.media.min, INSTAGRAM_RULES.instagram_carousel.media.max],
    [2, 10],
  );
});

Deno.test("whoever signed in either way may publish, and whoever left a scope out may not", () => {
  const mayPublish = (granted: readonly string[]) =>
    INSTAGRAM_RULES.instagram_feed.scopes.every((scope) =>
      scope.split("|").some((one) => granted.includes(one))
    );
  for (const scopes of Object.values(INSTAGRAM_SCOPES)) {
    assert.ok(mayPublish(scopes));
    for (const left of scopes) assert.ok(!mayPublish(scopes.filter((scope) => scope !== left)), left);
  }
});

Deno.test("hashtags and mentions are as the operator has them", () => {
  const own = instagramRules({ hashtag_limit: 5, mention_limit: 3 });
  for (const option of ["instagram_feed", "instagram_reel", "instagram_carousel"] as const) {
    assert.deepEqual([INSTAGRAM_RULES[option].hashtags?.max, INSTAGRAM_RULES[option].mentions?.max], [
      30,
      20,
    ]);
    assert.deepEqual([own[option].hashtags?.max, own[option].mentions?.max], [5, 3]);
  }
  for (const nonsense of [-1, 1.5, "5", null, {}]) {
    assert.equal(instagramRules({ hashtag_limit: nonsense }).instagram_feed.hashtags?.max, 30);
  }
  assert.deepEqual(instagramRules({ hashtag_limit: 0 }).instagram_feed.hashtags, { max: 0 });
});

const GOOD = {
  thumbOffset: 1500,
  coverUrl: "https://img.example/cover.jpg",
  shareToFeed: false,
  collaborators: ["ana.b", "rui_c"],
  locationId: "110843418940484",
};

Deno.test("each option takes its own settings, and refuses by name what it would ignore", () => {
  const takes = {
    instagram_feed: ["thumbOffset", "coverUrl", "collaborators", "locationId"],
    instagram_reel: ["thumbOffset", "coverUrl", "shareToFeed", "collaborators", "locationId"],
    instagram_story: [],
    instagram_carousel: ["collaborators", "locationId"],
  };
  assert.deepEqual(Object.keys(GOOD), Object.keys(instagramSettings.shape));
  for (const option of INSTAGRAM_OPTIONS) {
    assert.ok(INSTAGRAM_SETTINGS[option].safeParse({}).success, "none is required");
    for (const [name, value] of Object.entries(GOOD)) {
      const { success, error } = INSTAGRAM_SETTINGS[option].safeParse({ [name]: value });
      assert.equal(success, (takes[option] as string[]).includes(name), `${option} ${name}`);
      if (error) assert.deepEqual(error.issues.map(({ code }) => code), ["unrecognized_keys"]);
    }
    assert.ok(!INSTAGRAM_SETTINGS[option].safeParse({ privacy: "PUBLIC" }).success);
  }
});

Deno.test("settings are looked at closely", () => {
  const bad = {
    thumbOffset: [-1, 1.5, "1500", 900_001, null],
    coverUrl: [
      "",
      "cover.jpg",
      "http://img.example/c.jpg",
      "https://127.0.0.1/c.jpg",
      "https://localhost/c.jpg",
    ],
    shareToFeed: ["true", 1],
    collaborators: [[], ["@ana"], ["a", "b", "c", "d"], "ana", ["a".repeat(31)]],
    locationId: ["", "here", 110843418940484],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const { error } = INSTAGRAM_SETTINGS.instagram_reel.safeParse({ ...GOOD, [name]: value });
      assert.equal(error?.issues[0]?.path[0], name, `${name} ${JSON.stringify(value)}`);
    }
  }
});
