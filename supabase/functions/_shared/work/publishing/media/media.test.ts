/** The files of a publication: copies of the user's own, and files that were named by an address, fetched once for a group. */
import assert from "node:assert/strict";
import type { MediaFile } from "../../../../../../shared/publishing/content.ts";
import { fakeSupabase } from "../../../engine/fake_supabase.ts";
import { publicationMessage } from "../../../engine/publication_fixture.ts";
import { fakeSource } from "../../../files/fake_source.ts";
import { PNG } from "../../../files/png_fixture.ts";
import { recordLogs } from "../../../runtime/fake_runtime.ts";
import { publishMessage } from "../publish.ts";
import { scriptedPlatform } from "../scripted_platform_fixture.ts";
import type { PublicationMedia, PublicationWork } from "../../../platforms/platform.ts";
import type { Means } from "../turn.ts";

recordLogs();
const project = fakeSupabase();
const USER = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const OWN = `${USER}/photo.png`;
const file = (differences: Partial<MediaFile>): MediaFile => ({
  name: "photo.png",
  size: PNG.length,
  type: "image/png",
  ...differences,
});

/** Publishes these files; returns what the platform was given, and the calls of the engine that failed. */
async function publish(
  mediaFiles: MediaFile[],
  checkpoint: Record<string, unknown> = {},
  toolSettings?: Record<string, unknown>,
) {
  const { platform, means } = scriptedPlatform({ commits: [], acts: 0 });
  let media: readonly PublicationMedia[] | undefined;
  const looking: Means = {
    ...means,
    platformNamed: () => ({
      ...platform,
      prepare: (work: PublicationWork) => {
        media = work.media;
        return Promise.resolve({ state: "ready" as const });
      },
    }),
  };
  const message = publicationMessage({
    content: { mediaFiles, media: mediaFiles.flatMap(({ path }) => path ?? []) },
    attempt: { checkpoint },
    ...toolSettings ? { toolSettings } : {},
  });
  const turned = await publishMessage(message, looking, Date.now() + 45_000);
  const failures = project.callsOf("publication_failed").map(({ p_failure }) => {
    const { class: failureClass, code } = p_failure as { class: string; code: string };
    return [failureClass, code];
  });
  return { media, turned, failures };
}
const film = (bytes: number) => {
  const begun = Uint8Array.from([0, 0, 0, 24, ...new TextEncoder().encode("ftypmp42")]);
  return Uint8Array.from({ length: bytes }, (_, index) => begun[index] ?? index % 251);
};

Deno.test("a user's own file is a copy that nobody can change, read by exact parts and at an address of its own", async () => {
  project.files.set(`inputs/${OWN}`, { bytes: PNG, contentType: "text/html" });
  const { media: [photo] = [] } = await publish([file({ path: OWN, altText: "A photo" })]);
  assert.ok(photo);
  assert.deepEqual([photo.name, photo.contentType, photo.bytes, photo.altText], [
    "photo.png",
    "image/png",
    PNG.length,
    "A photo",
  ]);
  assert.deepEqual(await photo.range(2, 6), PNG.slice(2, 6));
  assert.deepEqual(await photo.range(0, 1_000_000), PNG, "there is no more than it has");
  assert.match(await photo.url(), /\/object\/signed\/handed\//);
});

Deno.test("a file at an address is fetched to the bucket handed, and the group told", async () => {
  await using source = fakeSource({ bytes: film(900) });
  const { media: [video] = [], failures } = await publish([file({ url: source.address, type: "video/mp4" })]);
  assert.deepEqual(failures, []);
  assert.deepEqual([video?.contentType, video?.bytes], ["video/mp4", 900]);
  assert.deepEqual(await video?.range(100, 200), film(900).slice(100, 200));
  const [stored] = project.callsOf("media_stored");
  assert.match(String(stored?.p_key), new RegExp(`^${USER}/[0-9a-f-]{36}\\.mp4$`));
  assert.deepEqual([...project.files.keys()], [`handed/${stored?.p_key}`]);
});

Deno.test("another publication of the group has fetched it: that copy is taken; where it is at it, this one waits", async () => {
  await using source = fakeSource({ bytes: film(900) });
  const key = `${USER}/5e1d3c2b-6a7f-4b8c-9d0e-1f2a3b4c5d6e.mp4`;
  project.files.set(`handed/${key}`, { bytes: film(900), contentType: "video/mp4" });
  project.answers.media_claim = { verdict: "stored", key, bytes: 900, content_type: "video/mp4" };
  const { media: [video] = [] } = await publish([file({ url: source.address })]);
  assert.equal(video?.bytes, 900);
  project.answers.media_claim = { verdict: "wait", seconds: 7 };
  const waits = await publish([file({ url: source.address })]);
  assert.deepEqual([waits.turned, waits.media], [{ is: "later", seconds: 7 }, undefined]);
  assert.equal(project.callsOf("defer").at(-1)?.p_delay, "7 seconds");
  assert.equal(source.requests.length, 0);
});

Deno.test("what cannot be had, or is not taken, is told with its place: for good, or for another try", async () => {
  await using page = fakeSource({ bytes: new TextEncoder().encode("<html>not found</html>") });
  await using large = fakeSource({ bytes: film(1001) });
  await using broken = fakeSource({ bytes: film(10) });
  broken.next = [() => new Response("busy", { status: 503 })];
  const cases: [string, string, string][] = [
    [page.address, "never", "unsupported_file_type"],
    [large.address, "never", "file_too_large"],
    [broken.address, "backoff", "media_unreachable"],
    ["http://192.168.0.1/film.mp4", "never", "refused_address"],
    ["https://10.0.0.1/film.mp4", "never", "refused_address"],
  ];
  for (const [url, failureClass, code] of cases) {
    project.reset();
    const { failures, media } = await publish([file({ url, type: "video/mp4" })]);
    assert.deepEqual([failures, media], [[[failureClass, code]], undefined], url);
    const { p_failure } = project.callsOf("publication_failed")[0] as { p_failure: { message: string } };
    assert.match(p_failure.message, /^mediaFiles\.0: /);
  }
});

Deno.test("a large file goes on where another worker stopped", async () => {
  const bytes = film(900);
  await using source = fakeSource({ bytes });
  const path = `${USER}/5e1d3c2b-6a7f-4b8c-9d0e-1f2a3b4c5d6e.mp4`;
  project.uploads.underWay.set("/upload-x", {
    path: `handed/${path}`,
    contentType: "video/mp4",
    length: 900,
    bytes: bytes.slice(0, 600),
  });
  const state = {
    url: source.address,
    path,
    type: "video/mp4",
    isText: false,
    upload: "/upload-x",
    total: 900,
    validator: '"one"',
  };
  const { media: [video] = [] } = await publish(
    [file({ url: source.address, type: "video/mp4" })],
    { fetching: { index: 0, state } },
  );
  assert.deepEqual(await video?.range(0, 900), bytes);
  assert.ok(source.sent <= 300, "what was there is not fetched again");
});

Deno.test("a document at an address is known by what it is said to be, and keeps an ending that tells it", async () => {
  const type = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  const bytes = new Uint8Array(200);
  bytes.set([0x50, 0x4b, 0x03, 0x04]);
  bytes.set(new TextEncoder().encode("ppt/presentation.xml"), 30);
  await using source = fakeSource({ bytes });
  const rules = { files: { media: { types: [type], max_bytes: 1000, max_count: 1 } } };
  const { media: [slides] = [], failures } = await publish([file({ url: source.address, type })], {}, rules);
  assert.deepEqual(failures, []);
  assert.equal(slides?.contentType, type);
  assert.match([...project.files.keys()].at(-1) ?? "", /^handed\/.+\.pptx$/);
});
