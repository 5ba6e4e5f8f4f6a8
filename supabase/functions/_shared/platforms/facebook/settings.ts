/** The settings of a publication, as its option's own schema has them. */
import {
  FACEBOOK_SETTINGS,
  type FacebookOption,
  type FacebookSettings,
} from "../../../../../shared/publishing/facebook_settings.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationWork } from "../platform.ts";
import { ignoredSettings } from "./preflight.ts";

/** Throws PlatformError for settings that the option does not take, or that nothing would come of. Pure. */
export function settingsOf(
  { option, content }: Pick<PublicationWork, "option" | "content">,
): FacebookSettings {
  const { data, error } = FACEBOOK_SETTINGS[option as FacebookOption].safeParse(content.settings);
  if (error) {
    const at = error.issues[0]?.path.join(".") ?? "";
    throw invalidInput(`The setting ${at} is not one that ${option} takes`);
  }
  const [issue] = ignoredSettings(content);
  if (issue) throw invalidInput(issue.message, issue.code);
  return data;
}
