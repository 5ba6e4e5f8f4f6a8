/** What may be set for one option of a publication: of TikTok all that it wants to be chosen, of others what is often used. */
import { useEffect } from "react";
import type { Option } from "../../../../shared/words/platforms.ts";
import { useLatest } from "../hooks/use_latest.ts";
import { type PostSettingsValue, SETTING_FIELDS, settingOf, withSetting } from "./parts/setting_fields.ts";
import { SettingInput } from "./parts/setting_input.tsx";
import { optionName } from "./parts/shown_publication.ts";
import { useThemed } from "./parts/themed.ts";
import type { TikTokPost } from "./parts/tiktok_post.ts";
import { TikTokPostSettings } from "./tiktok_post_settings.tsx";

export interface PostSettingsProps {
  option: Option;
  /** The account that posts; null: none is chosen yet. */
  connectionId: string | null;
  /** `settings` of the option, as they will be sent. Begin with `{}`. What is not shown here is left as it is. */
  value: PostSettingsValue;
  onChange: (value: PostSettingsValue) => void;
  /** Of the chosen video, where it is known. */
  durationSeconds?: number;
  /** Whether all is chosen that has to be; called when that changes. */
  onReady?: (isReady: boolean) => void;
  className?: string;
}

/** Whether there is anything to set for an option here. */
export function hasSettings(option: Option): boolean {
  return isOfTikTok(option) || SETTING_FIELDS[option].length > 0;
}

const isOfTikTok = (option: Option) => option === "tiktok_video" || option === "tiktok_photo";

export function PostSettings({ option, connectionId, ...rest }: PostSettingsProps) {
  if (option === "tiktok_video" || option === "tiktok_photo") {
    return <TikTokPostSettings {...rest} {...{ option, connectionId }} value={rest.value as TikTokPost} />;
  }
  return <Fields option={option} {...rest} />;
}

function Fields({ option, value, onChange, onReady, className }: Omit<PostSettingsProps, "connectionId">) {
  const { root, texts } = useThemed();
  const latest = useLatest(onReady);
  useEffect(() => {
    latest.current?.(true);
  }, [latest]);
  return (
    <div
      role="group"
      {...root("post-settings", className)}
      aria-label={texts.publishing.settings.label(optionName(option, texts))}
    >
      {SETTING_FIELDS[option].map((field) => (
        <SettingInput
          key={field.name}
          field={field}
          value={settingOf(value, field)}
          onChange={(next) => onChange(withSetting(value, field, next))}
        />
      ))}
    </div>
  );
}
