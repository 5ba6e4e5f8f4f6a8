/** What is set for a post, platform by platform, in each of its states. */
import { type ReactNode, useState } from "react";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import type { TikTokOption } from "../../../../shared/publishing/tiktok_settings.ts";
import type { CreatorInfo } from "../../../../shared/rows/connection.ts";
import type { Option } from "../../../../shared/words/platforms.ts";
import { aCreator } from "../../testing/publications_fixture.ts";
import type { PostSettingsValue } from "../components/parts/setting_fields.ts";
import type { TikTokPost } from "../components/parts/tiktok_post.ts";
import { PostSettings } from "../components/post_settings.tsx";
import { TikTokPostSettings } from "../components/tiktok_post_settings.tsx";
import type { Fake } from "../fake_esteira_fixture.ts";
import type { GalleryState } from "./gallery_state.ts";

interface TikTokState {
  option?: TikTokOption;
  first?: TikTokPost;
  durationSeconds?: number;
  creator?: Partial<CreatorInfo>;
}

/** A composer around it: what is chosen stays chosen. */
function Chosen<V>(
  { first, children }: { first: V; children: (value: V, set: (value: V) => void) => ReactNode },
) {
  const [value, setValue] = useState(first);
  return children(value, setValue);
}

const answer = (creator: Partial<CreatorInfo>) => (fake: Fake) => {
  fake.answers.creator = () => Promise.resolve(aCreator(creator));
};

const tiktok = (
  name: string,
  { option = "tiktok_video", first = {}, creator = {}, ...more }: TikTokState = {},
  client: (fake: Fake) => void = answer(creator),
): GalleryState => ({
  name: `tiktok-post/${name}`,
  client,
  render: () => (
    <Chosen first={first}>
      {(value, onChange) => (
        <TikTokPostSettings
          connectionId="c1"
          {...{ option, value, onChange, ...more }}
        />
      )}
    </Chosen>
  ),
});

const settings = (option: Option, first: PostSettingsValue = {}): GalleryState => ({
  name: `post-settings/${option}`,
  render: () => (
    <Chosen first={first}>
      {(value, onChange) => <PostSettings connectionId="c1" {...{ option, value, onChange }} />}
    </Chosen>
  ),
});

export const POSTING_STATES: readonly GalleryState[] = [
  tiktok("empty", { durationSeconds: 42 }),
  tiktok("chosen", {
    durationSeconds: 42,
    first: { privacy: "MUTUAL_FOLLOW_FRIENDS", allowComments: true },
    creator: { isDuetDisabled: true, isStitchDisabled: true },
  }),
  tiktok("disclosed", {
    first: { privacy: "PUBLIC_TO_EVERYONE", ownBrand: false, brandedContent: false },
  }),
  tiktok("branded", {
    durationSeconds: 42,
    first: { privacy: "PUBLIC_TO_EVERYONE", ownBrand: true, brandedContent: true, madeWithAi: true },
  }),
  tiktok("private", { first: { privacy: "SELF_ONLY", ownBrand: true, brandedContent: false } }),
  tiktok("too-long", {
    durationSeconds: 754,
    first: { privacy: "PUBLIC_TO_EVERYONE" },
    creator: { maxVideoSeconds: 300 },
  }),
  tiktok("photo", { option: "tiktok_photo", first: { privacy: "PUBLIC_TO_EVERYONE", title: "O farol" } }),
  tiktok("draft", { first: { mode: "draft" } }),
  tiktok("loading", {}, (fake) => {
    fake.answers.creator = () => new Promise(() => {});
  }),
  tiktok("no-more-today", {}, (fake) => {
    fake.answers.creator = () =>
      Promise.reject(new EsteiraError("posting_limit", "spam_risk_too_many_posts"));
  }),

  settings("youtube_video", { title: "O farol, hoje cedo", privacy: "unlisted", tags: ["farol", "mar"] }),
  settings("facebook_post", { link: "https://example.com/farol" }),
  settings("threads_post"),
  settings("linkedin_document", { title: "Guia do farol" }),
  settings("linkedin_post"),
  settings("x_post"),
];
