/** For tests: a Facebook that answers as it is told, and publications for it. */
import type { Option } from "../../../../../shared/words/platforms.ts";
import { prepareWith, refusal } from "../graph/fake_graph.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { ACCESS_TOKEN, appAt, mediaOf, publicationAt } from "../kit/work_fixture.ts";
import type { PlatformApp, PublicationWork } from "../platform.ts";
import { prepare } from "./prepare.ts";

export const VERSION = "v27.0";
export const PAGE = "102000000000001";
export const POST = `${PAGE}_122100000000001`;
export const PHOTO = "133000000000001";
export const VIDEO = "900000000000001";

/** An endpoint is what its path has below the version and the page: `feed`, `photos`, `me/accounts`, a video's id. */
export function fakeFacebook(): FakePlatform {
  return fakePlatform(
    ({ method, path }) => {
      const below = path.replace(`/${VERSION}/`, "").replace(`${PAGE}/`, "").replace(/^\//, "");
      return method === "DELETE" ? `DELETE ${below}` : below;
    },
    () => refusal(100, 33),
  );
}

/** A video's state, by the words of its phases. */
export function stateOf(
  uploading: string,
  processing = "not_started",
  publishing = "not_started",
  more: Record<string, unknown> = {},
) {
  return {
    id: VIDEO,
    status: {
      video_status: "processing",
      uploading_phase: { status: uploading },
      processing_phase: { status: processing },
      publishing_phase: { status: publishing },
    },
    ...more,
  };
}

/** The app at `url`. */
export function facebookAt(url: string, app: Partial<PlatformApp> = {}): PlatformApp {
  return appAt("facebook_post", url, { apiVersion: VERSION, ...app });
}

export const IMAGE = mediaOf("image/jpeg", 1000, {
  name: "a.jpg",
  url: () => Promise.resolve("https://files.example/a.jpg?token=abc"),
});
export const FILM = mediaOf("video/mp4", 9000, {
  name: "b.mp4",
  url: () => Promise.resolve("https://files.example/b.mp4?token=def"),
});

type Given = Parameters<typeof publicationAt>[2] & object;

/** A publication of a text, unless told otherwise. */
export function facebookWork(
  url: string,
  option: Option = "facebook_post",
  work: Given = {},
): PublicationWork {
  const { media = [], content = {} } = work;
  const mediaFiles = media.map(({ name, contentType, bytes }) => ({
    name,
    size: bytes,
    type: contentType,
    path: name,
  }));
  return publicationAt(option, url, {
    app: facebookAt(url),
    connection: { externalId: PAGE, displayName: "Ana's bakery", settings: {}, scopes: [] },
    accessToken: ACCESS_TOKEN,
    ...work,
    content: { mediaFiles, ...content },
  });
}

/** A reel whose video is there, and the facts say `more` of it. */
export function reelWork(url: string, more: Record<string, unknown> = {}, work: Given = {}): PublicationWork {
  return facebookWork(url, "facebook_reel", {
    media: [FILM],
    facts: { video: VIDEO, upload_url: `${url}/upload`, since: "2026-11-27T03:00:00.000Z", ...more },
    ...work,
  });
}

/** Prepares as a worker does, without its waits: until it is ready, it fails, or so many steps are done. */
export const prepareAll = (work: PublicationWork, most?: number) => prepareWith({ prepare }, work, most);
