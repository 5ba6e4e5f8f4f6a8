/** Every platform that has a simulator: whoever adds one adds its line. */
import type { PlatformName } from "../../../../shared/words/platforms.ts";
import { FACEBOOK } from "./facebook.ts";
import { INSTAGRAM } from "./instagram.ts";
import { LINKEDIN } from "./linkedin.ts";
import type { PlatformScenarios, Scenario } from "./scenario.ts";
import { TIKTOK } from "./tiktok.ts";
import { THREADS } from "./threads.ts";
import { X } from "./x.ts";
import { YOUTUBE } from "./youtube.ts";

export const PLATFORMS: readonly PlatformScenarios[] = [
  X,
  INSTAGRAM,
  TIKTOK,
  FACEBOOK,
  YOUTUBE,
  THREADS,
  LINKEDIN,
];

/** All scenarios; without those that wait for minutes where it has to be short. */
export function scenariosFor({ isShort }: { isShort: boolean }): Scenario[] {
  return PLATFORMS.flatMap(({ scenarios }) => scenarios).filter(({ isSlow }) => !isShort || !isSlow);
}

/** What is known of a platform. @throws Error where it has no scenarios. */
export function scenariosOf(name: PlatformName): PlatformScenarios {
  const found = PLATFORMS.find(({ platform }) => platform === name);
  if (!found) throw new Error(`There are no scenarios for ${name}`);
  return found;
}
