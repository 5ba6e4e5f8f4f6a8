/** What is looked at before a post on X is charged, beside the table of rules. */
import assert from "node:assert/strict";
import { contentOf } from "../kit/work_fixture.ts";
import { x } from "./x.ts";

type Content = Parameters<typeof contentOf>[0];

const FILE = { name: "a", size: 1, path: "a" };
const look = (content: Content, probes: Parameters<typeof x.preflight>[2] = []) => {
  const { issues, warnings } = x.preflight("x_post", contentOf(content), probes);
  return [
    ...issues.map(({ code, field }) => `${code} ${field}`),
    ...warnings.map(({ code, field }) => `(${code} ${field})`),
  ];
};
const gif = (width: number | null) => ({
  ...{ contentType: "image/gif", bytes: 1, width, height: 10, durationSeconds: 1, framesPerSecond: 10 },
  ...{ videoCodec: null, audioCodec: null },
});

for (
  const [what, content, found] of [
    ["a text", {}, []],
    ["nothing", { caption: " \n" }, ["text_missing caption"]],
    ["an image without a text", { caption: "", mediaFiles: [{ ...FILE, type: "image/png" }] }, []],
    ["an unknown setting", { settings: { nullcast: true } }, ["invalid_input settings"]],
    ["a wrong setting", { settings: { replyTo: "x" } }, ["invalid_input settings.replyTo"]],
    ["a poll with an image", {
      mediaFiles: [{ ...FILE, type: "image/png" }],
      settings: { poll: { options: ["a", "b"], durationMinutes: 5 } },
    }, ["settings_ignored settings.poll"]],
    ["one cashtag", { caption: "$TSLA costs $5 and US$AB" }, []],
    ["two cashtags", { caption: "$TSLA and $BRK.B" }, ["(too_many_cashtags caption)"]],
    ["alternative text of a film", { mediaFiles: [{ ...FILE, type: "video/mp4", altText: "A cat" }] }, [
      "(alt_text_ignored mediaFiles.0.altText)",
    ]],
  ] as const
) {
  Deno.test(`${what}: ${found.join(", ") || "nothing is wrong"}`, () => {
    assert.deepEqual(look(content as unknown as Content), found);
  });
}

Deno.test("a large GIF may be refused; a file of which nothing is known is let pass", () => {
  const mediaFiles = [{ ...FILE, type: "image/gif" }];
  assert.deepEqual(look({ mediaFiles }, [gif(1281)]), ["(gif_may_be_refused mediaFiles.0)"]);
  assert.deepEqual(look({ mediaFiles }, [gif(1280)]), []);
  assert.deepEqual(look({ mediaFiles }, [gif(null)]), []);
  assert.deepEqual(look({ mediaFiles }, [null]), []);
});
