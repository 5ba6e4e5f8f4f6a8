/** One film to every platform that there is a simulator of, each with an option that it fits. */
import type { ConnectionsResponse } from "../shared/requests/requests_connections.ts";
import type { Option, PlatformName } from "../shared/words/platforms.ts";
import { callFunction } from "../tests/world/api.ts";
import { connectAccount } from "../tests/world/connect.ts";
import type { Environment, User } from "../tests/world/environment.ts";
import { SOCIAL } from "../tests/world/simulators.ts";

const WITH_A_FILM: Readonly<Record<PlatformName, { option: Option; settings?: Record<string, unknown> }>> = {
  tiktok: { option: "tiktok_video", settings: { privacy: "SELF_ONLY" } },
  facebook: { option: "facebook_video" },
  instagram: { option: "instagram_reel" },
  youtube: { option: "youtube_video", settings: { title: "A lighthouse", privacy: "unlisted" } },
  threads: { option: "threads_post" },
  x: { option: "x_post" },
  linkedin: { option: "linkedin_post" },
};

/** What is published, platform by platform: the first, and all others. */
export const FIRST: Option = WITH_A_FILM[SOCIAL[0]].option;
export const OTHERS: readonly Option[] = SOCIAL.slice(1).map((platform) => WITH_A_FILM[platform].option);

/** `settings` of an enqueue: what some of them want to be told. */
export const SETTINGS: Readonly<Record<string, Record<string, unknown>>> = Object.fromEntries(
  SOCIAL.flatMap((platform) => {
    const { option, settings } = WITH_A_FILM[platform];
    return settings ? [[option, settings]] : [];
  }),
);

/** Has the user an account at each of these platforms: one that is connected already, or else Ana's. */
export async function connectAll(
  environment: Environment,
  user: User,
  platforms: readonly PlatformName[],
): Promise<void> {
  const { body } = await callFunction(environment, "connections", {
    method: "GET",
    token: user.accessToken,
  });
  const connected = new Set((body as ConnectionsResponse).connections.map(({ platform }) => platform));
  for (const platform of platforms) {
    if (!connected.has(platform)) await connectAccount(environment, user, platform, "ana");
  }
}
