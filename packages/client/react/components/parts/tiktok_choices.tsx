/** Who may see a post on TikTok and what others may do with it. Nothing is chosen beforehand. */
import { useId } from "react";
import type { TikTokOption, TikTokPrivacy } from "../../../../../shared/publishing/tiktok_settings.ts";
import type { CreatorInfo } from "../../../../../shared/rows/connection.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { CheckBox } from "./check_box.tsx";
import { changed, INTERACTIONS, type TikTokPost } from "./tiktok_post.ts";

export interface TikTokChoicesProps {
  option: TikTokOption;
  creator: CreatorInfo;
  post: TikTokPost;
  onChange: (post: TikTokPost) => void;
}

export function TikTokPrivacyChoice({ creator, post, onChange }: TikTokChoicesProps) {
  const { texts } = useSurroundings();
  const words = texts.publishing.tiktok;
  const hintId = useId();
  const isBranded = post.brandedContent === true;
  const nameOf = (privacy: string) =>
    Object.hasOwn(words.privacies, privacy) ? words.privacies[privacy as TikTokPrivacy] : privacy;
  return (
    <label className="esteira-field">
      <span>{words.privacy}</span>
      <select
        name="privacy"
        required
        value={post.privacy ?? ""}
        aria-describedby={isBranded ? hintId : undefined}
        onChange={({ target }) => onChange(changed(post, { privacy: target.value as TikTokPrivacy }))}
      >
        <option value="" disabled>{words.choosePrivacy}</option>
        {creator.privacy.map((privacy) => {
          const isOff = isBranded && privacy === "SELF_ONLY";
          return (
            <option
              key={privacy}
              value={privacy}
              disabled={isOff}
              title={isOff ? words.brandedNotPrivate : undefined}
            >
              {nameOf(privacy)}
            </option>
          );
        })}
      </select>
      {isBranded && <span id={hintId} className="esteira-hint">{words.brandedNotPrivate}</span>}
    </label>
  );
}

export function TikTokInteractions({ option, creator, post, onChange }: TikTokChoicesProps) {
  const { texts } = useSurroundings();
  const words = texts.publishing.tiktok;
  const shown = INTERACTIONS.filter(({ options }) => (options as readonly string[]).includes(option));
  return (
    <fieldset className="esteira-fieldset">
      <legend>{words.interactions}</legend>
      {shown.map(({ setting, isOff }) => (
        <CheckBox
          key={setting}
          name={setting}
          label={words[setting]}
          hint={creator[isOff] ? words.offInAccount : null}
          checked={post[setting] === true && !creator[isOff]}
          disabled={creator[isOff]}
          onChange={(isOn) => onChange(changed(post, { [setting]: isOn || undefined }))}
        />
      ))}
    </fieldset>
  );
}
