/** The schemas of what may be set for each option. A platform that is added has its own file, and a line here. */
import type { z } from "zod";
import type { Option } from "../words/platforms.ts";
import { INSTAGRAM_SETTINGS } from "./instagram_settings.ts";
import { xPostSettings } from "./x_settings.ts";

const SETTINGS: Readonly<Record<Option, z.ZodObject>> = {
  ...INSTAGRAM_SETTINGS,
  x_post: xPostSettings,
};

/** What may be set for an option; whatever it does not know is refused. */
export function settingsSchemaOf(option: Option): z.ZodObject {
  return SETTINGS[option];
}
