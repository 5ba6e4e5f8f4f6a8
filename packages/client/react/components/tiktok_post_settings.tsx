/**
 * What TikTok wants to be chosen for each post, and shown before it: whose post it is, who may see it, what others may do
 * with it, whether it is commercial, how long it may be, and what one agrees to. It satisfies the audit of an app that posts
 * directly ("Content Sharing Guidelines", points 1 to 5).
 */
import { useEffect, useId } from "react";
import type { TikTokOption } from "../../../../shared/publishing/tiktok_settings.ts";
import type { CreatorInfo } from "../../../../shared/rows/connection.ts";
import { useCreator } from "../hooks/use_creator.ts";
import { useLatest } from "../hooks/use_latest.ts";
import { lengthIn } from "../texts/numbers.ts";
import { CheckBox } from "./parts/check_box.tsx";
import { CreatorWait } from "./parts/creator_wait.tsx";
import { useThemed } from "./parts/themed.ts";
import { TikTokInteractions, TikTokPrivacyChoice } from "./parts/tiktok_choices.tsx";
import { TikTokConsent } from "./parts/tiktok_consent.tsx";
import { TikTokCreator } from "./parts/tiktok_creator.tsx";
import { TikTokDisclosure } from "./parts/tiktok_disclosure.tsx";
import { changed, fitted, isDraft, missingOf, type TikTokPost } from "./parts/tiktok_post.ts";

export interface TikTokPostSettingsProps {
  /** The account that posts; null: none is chosen yet. */
  connectionId: string | null;
  option: TikTokOption;
  /** Of the chosen video: longer than the account may post, and it cannot be posted. */
  durationSeconds?: number;
  /** `settings` of the option, as they will be sent. Begin with `{}`: nothing is chosen beforehand. */
  value: TikTokPost;
  onChange: (value: TikTokPost) => void;
  /** Whether all is chosen that has to be; called when that changes. Until then nothing may be posted. */
  onReady?: (isReady: boolean) => void;
  className?: string;
}

export function TikTokPostSettings(
  { connectionId, option, durationSeconds, value, onChange, onReady, className }: TikTokPostSettingsProps,
) {
  const { root, texts } = useThemed();
  const asked = useCreator(connectionId);
  const { creator } = asked;
  const context = { option, creator, durationSeconds };
  const post = fitted(value, context);
  const missing = missingOf(value, context);
  const isReady = missing.length === 0;
  const latest = useLatest({ onChange, onReady });
  useEffect(() => {
    latest.current.onReady?.(isReady);
  }, [latest, isReady]);
  useEffect(() => {
    if (post !== value) latest.current.onChange(post);
  });
  const words = texts.publishing.tiktok;
  return (
    <div role="group" {...root("tiktok", className)} aria-label={words.title} data-ready={isReady}>
      {connectionId !== null && <CreatorWait {...asked} />}
      {creator && (
        <>
          <TikTokCreator creator={creator} />
          <Mode post={post} onChange={onChange} />
          {option === "tiktok_photo" && <Title post={post} onChange={onChange} />}
          {!isDraft(post) && <DirectPost {...{ option, creator, durationSeconds, post, onChange }} />}
          <div className="esteira-missing" role="status">
            {missing.map((one) => <p key={one}>{words.missing[one]}</p>)}
          </div>
        </>
      )}
    </div>
  );
}

const NOTHING: TikTokPost = {};

/** Posted, or laid into the inbox: a draft has none of what is chosen in TikTok. */
function Mode({ post, onChange }: { post: TikTokPost; onChange: (post: TikTokPost) => void }) {
  const { texts } = useThemed();
  const name = useId();
  const { mode: words } = texts.publishing.tiktok;
  return (
    <fieldset className="esteira-fieldset">
      <legend>{words.label}</legend>
      {(["direct", "draft"] as const).map((mode) => (
        <label key={mode} className="esteira-check">
          <input
            type="radio"
            name={name}
            value={mode}
            checked={isDraft(post) === (mode === "draft")}
            onChange={() =>
              onChange(changed(NOTHING, { ...mode === "draft" && { mode }, title: post.title }))}
          />
          <span className="esteira-check-words">
            <span>{words[mode]}</span>
            {mode === "draft" && isDraft(post) && <span className="esteira-hint">{words.draftHint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Above the caption, of pictures. */
function Title({ post, onChange }: { post: TikTokPost; onChange: (post: TikTokPost) => void }) {
  const { texts } = useThemed();
  return (
    <label className="esteira-field">
      <span>{texts.publishing.tiktok.caption}</span>
      <input
        name="title"
        maxLength={90}
        value={post.title ?? ""}
        onChange={({ target }) => onChange(changed(post, { title: target.value || undefined }))}
      />
    </label>
  );
}

interface DirectPostProps {
  option: TikTokOption;
  creator: CreatorInfo;
  durationSeconds: number | undefined;
  post: TikTokPost;
  onChange: (post: TikTokPost) => void;
}

function DirectPost({ durationSeconds: seconds, ...choices }: DirectPostProps) {
  const { texts, language } = useThemed();
  const words = texts.publishing.tiktok;
  const { option, creator: { maxVideoSeconds: max }, post, onChange } = choices;
  const isVideo = option === "tiktok_video";
  const flag = isVideo ? "madeWithAi" : "autoAddMusic";
  const inWords = (seconds: number) => lengthIn(language, seconds);
  return (
    <>
      <TikTokPrivacyChoice {...choices} />
      <TikTokInteractions {...choices} />
      <TikTokDisclosure {...choices} />
      <CheckBox
        name={flag}
        label={words[flag]}
        checked={post[flag] === true}
        onChange={(isOn) => onChange(changed(post, { [flag]: isOn || undefined }))}
      />
      {isVideo && max !== null && (
        <p className="esteira-card-note">
          {seconds === undefined
            ? words.mostDuration(inWords(max))
            : words.duration(inWords(seconds), inWords(max))}
        </p>
      )}
      <TikTokConsent isBranded={post.brandedContent === true} />
      <p className="esteira-card-note">{words.delay}</p>
    </>
  );
}
