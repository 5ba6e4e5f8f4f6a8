/** For tests: an Instagram that answers as it is told, and publications for it. */
import type { Option } from "../../../../../shared/words/platforms.ts";
import { prepareWith, refusal } from "../graph/fake_graph.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { ACCESS_TOKEN, appAt, mediaOf, publicationAt } from "../kit/work_fixture.ts";
import type { PlatformApp, PublicationWork } from "../platform.ts";
import { prepare } from "./containers.ts";

export const VERSION = "v27.0";
export const USER = "17841400000000001";
export const CONTAINER = "17900000000000001";
export const POST = "18000000000000001";

/** An endpoint is what its path has below the version and the account: `media`, `me/accounts`, a container's id. */
export function fakeInstagram(): FakePlatform {
  return fakePlatform(
    ({ method, path }) => {
      const below = path.replace(`/${VERSION}/`, "").replace(`${USER}/`, "").replace(/^\//, "");
      return method === "DELETE" ? `DELETE ${below}` : below;
    },
    () => refusal(100, 33),
  );
}

/** A container's state. */
export const stateOf = (status_code: string, status = status_code) => ({
  status_code,
  status,
  id: CONTAINER,
});

/** The app at `url`. */
export function instagramAt(url: string, app: Partial<PlatformApp> = {}): PlatformApp {
  return appAt("instagram_feed", url, { apiVersion: VERSION, ...app });
}

export const IMAGE = mediaOf("image/jpeg", 1000, {
  name: "a.jpg",
  url: () => Promise.resolve("https://files.example/a.jpg?token=abc"),
});
export const VIDEO = mediaOf("video/mp4", 9000, {
  name: "b.mp4",
  url: () => Promise.resolve("https://files.example/b.mp4?token=def"),
});

type Given = Parameters<typeof publicationAt>[2] & object;

/** A publication of an image, unless told otherwise. */
export function instagramWork(
  url: string,
  option: Option = "instagram_feed",
  work: Given = {},
): PublicationWork {
  return publicationAt(option, url, {
    media: [IMAGE],
    app: instagramAt(url),
    connection: { externalId: USER, displayName: "ana", settings: { page_id: "1001" }, scopes: [] },
    accessToken: ACCESS_TOKEN,
    ...work,
  });
}

/** Prepares as a worker does, without its waits: until it is ready, it fails, or so many steps are done. */
export const prepareAll = (work: PublicationWork, most?: number) => prepareWith({ prepare }, work, most);
