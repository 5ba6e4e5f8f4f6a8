import assert from "node:assert/strict";
import { contentOf } from "../kit/work_fixture.ts";
import { preflight } from "./preflight.ts";

const FILE = { name: "a", size: 1000, type: "image/jpeg", url: "https://img.example/a" };
const said = (content: Parameters<typeof contentOf>[0], files = 0) => {
  const { issues, warnings } = preflight(
    "threads_post",
    contentOf({ mediaFiles: Array(files).fill(FILE), ...content }),
  );
  assert.deepEqual(warnings, []);
  return issues.map(({ code, field }) => `${code} ${field}`);
};

Deno.test("a post without files has a text; with files it may have none", () => {
  assert.deepEqual(said({ caption: "" }), ["text_missing caption"]);
  assert.deepEqual(said({ caption: " \n" }), ["text_missing caption"]);
  assert.deepEqual(said({ caption: "", settings: { textAttachment: "A story" } }), ["text_missing caption"]);
  assert.deepEqual(said({ caption: "" }, 1), []);
});

Deno.test("what is shown below a text is refused beside files, and what hides files where there are none", () => {
  const settings = { link: "https://news.example/a", textAttachment: "A story" };
  assert.deepEqual(said({ settings }), []);
  for (const files of [1, 2]) {
    assert.deepEqual(said({ settings }, files), [
      "settings_ignored settings.link",
      "settings_ignored settings.textAttachment",
    ]);
    assert.deepEqual(said({ settings: { isSpoiler: true } }, files), []);
  }
  assert.deepEqual(said({ settings: { isSpoiler: true } }), ["settings_ignored settings.isSpoiler"]);
});

Deno.test("only the author of a post that is answered can be let answer alone", () => {
  const replyControl = "parent_post_author_only";
  assert.deepEqual(said({ settings: { replyControl } }), ["settings_ignored settings.replyControl"]);
  assert.deepEqual(said({ settings: { replyControl, replyTo: "1" } }), []);
  assert.deepEqual(said({ settings: { replyControl: "mentioned_only" } }), []);
});

Deno.test("the link that is attached counts with those in the text, unless it is one of them", () => {
  const five = [1, 2, 3, 4, 5].map((n) => `https://a.example/${n}`).join(" ");
  const link = (link: string, caption = five) => said({ caption, settings: { link } });
  assert.deepEqual(link("https://a.example/5"), []);
  assert.deepEqual(link("https://a.example/6"), ["too_many_links settings.link"]);
  assert.deepEqual(link("https://a.example/6", "https://a.example/1"), []);
  assert.deepEqual(
    link("https://a.example/7", `${five} https://a.example/6`),
    [],
    "the rules refuse that text already",
  );
});
