import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test } from "vitest";
import { settingsSchemaOf } from "../../../../shared/publishing/settings.ts";
import { type Option, OPTIONS } from "../../../../shared/words/platforms.ts";
import { renderIn } from "../testing/render_in.tsx";
import { SETTING_FIELDS, settingOf, withSetting } from "./parts/setting_fields.ts";
import { hasSettings, PostSettings } from "./post_settings.tsx";

function composing(option: Option) {
  const now: { sent: Readonly<Record<string, unknown>>; isReady: boolean } = { sent: {}, isReady: false };
  function Composer() {
    const [value, setValue] = useState<Readonly<Record<string, unknown>>>({});
    now.sent = value;
    return (
      <PostSettings
        connectionId="c1"
        option={option}
        value={value}
        onChange={setValue}
        onReady={(isReady) => now.isReady = isReady}
      />
    );
  }
  renderIn(<Composer />, { language: "en" });
  return now;
}

const type = (name: string, value: string) =>
  fireEvent.change(screen.getByRole("textbox", { name: new RegExp(`^${name}`) }), { target: { value } });
const pick = (name: string, value: string) =>
  fireEvent.change(screen.getByRole("combobox", { name }), { target: { value } });

test("a video for YouTube: title, who sees it, whether it is for kids, tags", () => {
  const now = composing("youtube_video");
  expect(now).toEqual({ sent: {}, isReady: true });
  type("Title", "O farol");
  pick("Who can see it", "unlisted");
  fireEvent.click(screen.getByRole("checkbox", { name: /^Made for kids/ }));
  fireEvent.click(screen.getByRole("checkbox", { name: "Tell subscribers" }));
  type("Tags", "mar,");
  type("Tags", "mar, farol ");
  const sent = {
    title: "O farol",
    privacy: "unlisted",
    madeForKids: true,
    notifySubscribers: false,
    tags: ["mar", "farol"],
  };
  expect(now.sent).toEqual(sent);
  expect(settingsSchemaOf("youtube_video").parse(now.sent)).toEqual(sent);
});

test("what is taken back is not sent, and an object that is left empty is not either", () => {
  const now = composing("linkedin_post");
  type("Link to an article", "https://example.com/a");
  type("Title of the article", "O farol");
  pick("Who can see it", "CONNECTIONS");
  expect(now.sent).toEqual({
    article: { url: "https://example.com/a", title: "O farol" },
    visibility: "CONNECTIONS",
  });
  type("Link to an article", "");
  type("Title of the article", "");
  pick("Who can see it", "unset");
  expect(now.sent).toEqual({});
});

test("every setting that is asked for is one that its option takes, with each of its values", () => {
  const values = (field: typeof SETTING_FIELDS[Option][number]): unknown[] => {
    if (field.kind === "choice") return field.values.filter((one) => one !== "unset");
    if (field.kind === "text") return ["a".repeat(field.max)];
    return { url: ["https://example.com/a"], list: [["a", "b"]], flag: [true], unless: [false] }[field.kind];
  };
  const wrong = OPTIONS.flatMap((option) =>
    SETTING_FIELDS[option].flatMap((field) =>
      values(field).flatMap((value) => {
        // An article needs both of its fields.
        const whole = field.path[0] === "article"
          ? { article: { url: "https://example.com/a", title: "a" } }
          : {};
        const settings = withSetting(whole, field, value);
        expect(settingOf(settings, field)).toEqual(value);
        const { success } = settingsSchemaOf(option).safeParse(settings);
        return success ? [] : [`${option} ${field.name} ${JSON.stringify(value).slice(0, 40)}`];
      })
    )
  );
  expect(wrong).toEqual([]);
});

test("where there is nothing to set, an app can tell", () => {
  expect(OPTIONS.filter((option) => !hasSettings(option))).toEqual([
    "facebook_story",
    "instagram_feed",
    "instagram_story",
    "instagram_carousel",
  ]);
});
