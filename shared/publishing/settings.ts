/** The schemas of what may be set for each option. A platform that is added has its own file, and a line here. */
import type { z } from "zod";
import type { Option } from "../words/platforms.ts";
import { FACEBOOK_SETTINGS } from "./facebook_settings.ts";
import { INSTAGRAM_SETTINGS } from "./instagram_settings.ts";
import { LINKEDIN_SETTINGS } from "./linkedin_settings.ts";
import { threadsPostSettings } from "./threads_settings.ts";
import { TIKTOK_SETTINGS } from "./tiktok_settings.ts";
import { xPostSettings } from "./x_settings.ts";
import { YOUTUBE_SETTINGS } from "./youtube_settings.ts";

const SETTINGS: Readonly<Record<Option, z.ZodObject>> = {
  ...TIKTOK_SETTINGS,
  ...FACEBOOK_SETTINGS,
  ...INSTAGRAM_SETTINGS,
  ...YOUTUBE_SETTINGS,
  ...LINKEDIN_SETTINGS,
  threads_post: threadsPostSettings,
  x_post: xPostSettings,
};

/** What may be set for an option; whatever it does not know is refused. */
export function settingsSchemaOf(option: Option): z.ZodObject {
  return SETTINGS[option];
}
