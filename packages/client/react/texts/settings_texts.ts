/** What may be set for a post, in words. A platform's own words for a value are named as people say them. */
import type { SettingName } from "../components/parts/setting_fields.ts";

export interface SettingsTexts {
  /** Of an option, by its name. */
  readonly label: (option: string) => string;
  readonly names: Readonly<Record<SettingName, string>>;
  /** What is to be known before it is set. */
  readonly hints: Readonly<Partial<Record<SettingName, string>>>;
  /** Values by setting: what they mean. `unset`: nothing was. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
