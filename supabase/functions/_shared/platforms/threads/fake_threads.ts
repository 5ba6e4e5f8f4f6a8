/** For tests: a Threads that answers as it is told, and publications for it. */
import { prepareWith, refusal } from "../graph/fake_graph.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { ACCESS_TOKEN, appAt, mediaOf, publicationAt } from "../kit/work_fixture.ts";
import type { PlatformApp, PublicationWork } from "../platform.ts";
import { prepare } from "./containers.ts";

export const VERSION = "v1.0";
/** Greater than what a number keeps. */
export const USER = "26543210987654321";
export const CONTAINER = "17900000000000001";
export const POST = "18000000000000001";

/** An endpoint is what its path has below the version and the account: `threads`, `me`, a container's id. */
export function fakeThreads(): FakePlatform {
  return fakePlatform(
    ({ path }) => path.replace(`/${VERSION}/`, "").replace(`${USER}/`, "").replace(/^\//, ""),
    () => refusal(100, 33),
  );
}

/** A container's state. */
export const stateOf = (status: string, error_message?: string) => ({
  status,
  id: CONTAINER,
  ...error_message === undefined ? {} : { error_message },
});

/** The app at `url`. */
export function threadsAt(url: string, app: Partial<PlatformApp> = {}): PlatformApp {
  return appAt("threads_post", url, { apiVersion: VERSION, ...app });
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

/** A publication of a text, unless told otherwise. */
export function threadsWork(url: string, work: Given = {}): PublicationWork {
  return publicationAt("threads_post", url, {
    app: threadsAt(url),
    connection: { externalId: USER, displayName: "ana", settings: {}, scopes: [] },
    accessToken: ACCESS_TOKEN,
    ...work,
  });
}

/** Prepares as a worker does, without its waits: until it is ready, it fails, or so many steps are done. */
export const prepareAll = (work: PublicationWork, most?: number) => prepareWith({ prepare }, work, most);
