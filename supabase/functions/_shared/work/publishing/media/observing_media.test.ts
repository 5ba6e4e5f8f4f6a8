/** Files for looking after what was committed: given to those platforms that hand some in by then, where they can be had. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../../../engine/fake_supabase.ts";
import { publicationMessage } from "../../../engine/publication_fixture.ts";
import { PNG } from "../../../files/png_fixture.ts";
import type { PublicationMedia } from "../../../platforms/platform.ts";
import { recordLogs } from "../../../runtime/fake_runtime.ts";
import { publishMessage } from "../publish.ts";
import { scriptedPlatform } from "../scripted_platform_fixture.ts";

recordLogs();
const project = fakeSupabase();
const PATH = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/photo.png";
const FILE = { name: "photo.png", size: PNG.length, type: "image/png", path: PATH };

/** Looks after a commit that was taken; returns the files that the platform was given. */
async function observed(needs?: boolean): Promise<readonly PublicationMedia[]> {
  const { platform, means } = scriptedPlatform({ commits: [] });
  let media: readonly PublicationMedia[] = [];
  const message = publicationMessage({
    content: { mediaFiles: [FILE], media: [PATH] },
    attempt: { phase: "submitted", external_id: "post-1", submits: 1 },
  });
  await publishMessage(message, {
    ...means,
    platformNamed: () => ({
      ...platform,
      ...needs === undefined ? {} : { observeNeedsMedia: () => needs },
      observe: (work, id) => {
        media = work.media;
        return platform.observe(work, id);
      },
    }),
  }, Date.now() + 45_000);
  assert.deepEqual(project.called().at(-1), "published");
  return media;
}

Deno.test("who hands in files by then is given them, and nobody else", async () => {
  project.files.set(`inputs/${PATH}`, { bytes: PNG, contentType: "image/png" });
  const [photo] = await observed(true);
  assert.deepEqual(await photo?.range(0, PNG.length), PNG);
  assert.deepEqual([await observed(false), await observed()], [[], []]);
});

Deno.test("where they cannot be had it is looked after all the same", async () => {
  assert.deepEqual(await observed(true), []);
});
