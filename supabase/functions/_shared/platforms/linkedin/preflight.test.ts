import assert from "node:assert/strict";
import { checkOption } from "../../../../../shared/publishing/check_option.ts";
import { LINKEDIN_RULES } from "../../../../../shared/publishing/linkedin_rules.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";
import { contentOf } from "../kit/work_fixture.ts";
import { preflightPost } from "./preflight.ts";

const probe = (contentType: string, more: Partial<MediaProbe> = {}): MediaProbe => ({
  ...{ contentType, bytes: 1_000_000, width: 1000, height: 1000, durationSeconds: null },
  ...{ framesPerSecond: null, videoCodec: null, audioCodec: null },
  ...more,
});
const file = (type: string, altText?: string) => ({
  ...{ name: "a", size: 1, type, path: "a" },
  ...altText ? { altText } : {},
});
const codes = (
  content: Parameters<typeof contentOf>[0],
  probes: (MediaProbe | null)[] = [],
  option: "linkedin_post" | "linkedin_document" = "linkedin_post",
) => {
  const { issues, warnings } = preflightPost(option, contentOf(content), probes);
  return [
    ...issues.map(({ code, field }) => `${code} ${field}`),
    ...warnings.map(({ code }) => `warning ${code}`),
  ];
};
const article = { url: "https://a.example", title: "A page" };

Deno.test("what LinkedIn takes is taken without a word", () => {
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({ caption: "", settings: { article } }), []);
  assert.deepEqual(
    codes({ caption: "", mediaFiles: [file("image/png", "A cat")] }, [probe("image/png")]),
    [],
  );
  assert.deepEqual(
    codes({ mediaFiles: [file("video/mp4")], settings: { title: "A" } }, [probe("video/mp4")]),
    [],
  );
  assert.deepEqual(
    codes({ caption: "", mediaFiles: [file("application/pdf")] }, [null], "linkedin_document"),
    [],
  );
});

Deno.test("what would be dropped, or refused, is told", () => {
  assert.deepEqual(codes({ caption: " " }), ["text_missing caption"]);
  assert.deepEqual(codes({ settings: { title: "A" } }), ["settings_ignored settings.title"]);
  assert.deepEqual(codes({ mediaFiles: [file("image/png")], settings: { article } }), [
    "settings_ignored settings.article",
  ]);
  const large = probe("image/jpeg", { width: 6013, height: 6013 });
  assert.deepEqual(codes({ mediaFiles: [file("image/jpeg")] }, [large]), ["media_refused mediaFiles.0"]);
  const most = probe("image/jpeg", { width: 6016, height: 6009 });
  assert.deepEqual(codes({ mediaFiles: [file("image/jpeg")] }, [most]), []);
  assert.deepEqual(
    codes({ mediaFiles: [file("video/mp4", "A cat")] }, [probe("video/mp4", { bytes: 5_000 })]),
    [
      "warning alt_text_ignored",
      "warning video_may_be_refused",
    ],
  );
});

Deno.test("the table takes twenty images or a film, and one document of the five kinds", () => {
  const check = (
    option: "linkedin_post" | "linkedin_document",
    files: (MediaProbe | string)[],
    caption = "Hello",
  ) =>
    checkOption(LINKEDIN_RULES[option], {
      caption,
      files: files.map((one) =>
        typeof one === "string"
          ? { type: one, bytes: 1000, probe: null }
          : { type: one.contentType, bytes: one.bytes, probe: one }
      ),
      scopes: ["w_organization_social"],
    }).issues.map(({ code }) => code);
  const image = probe("image/gif");
  const film = probe("video/mp4", { durationSeconds: 10 });
  assert.deepEqual(check("linkedin_post", Array(20).fill(image)), []);
  assert.deepEqual(check("linkedin_post", Array(21).fill(image)), ["too_many_media", "too_many_media"]);
  assert.deepEqual(check("linkedin_post", [film]), []);
  assert.deepEqual(check("linkedin_post", [film, image]), ["media_refused"]);
  assert.deepEqual(check("linkedin_post", [probe("video/quicktime")]), ["unsupported_file_type"]);
  assert.deepEqual(check("linkedin_post", ["application/pdf"]), ["unsupported_file_type"]);
  for (const type of LINKEDIN_RULES.linkedin_document.document?.types ?? []) {
    assert.deepEqual(check("linkedin_document", [type]), []);
  }
  assert.deepEqual(check("linkedin_document", [image]), ["unsupported_file_type"]);
  assert.deepEqual(check("linkedin_document", []), ["media_missing"]);
  assert.deepEqual(check("linkedin_post", [], "a".repeat(3001)), ["text_too_long"]);
  assert.deepEqual(check("linkedin_post", [], "(".repeat(3000)), []);
});
