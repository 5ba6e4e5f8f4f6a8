/** One request to every platform: what arrives at each, and how many are worked on at once. */
import { eventually } from "@esteira/local-supabase/testing";
import { serveLocally } from "@esteira/simulators/kit/http_server";
import assert from "node:assert/strict";
import type { EnqueueResponse } from "../../shared/requests/requests_publications.ts";
import type { Publication } from "../../shared/rows/publication.ts";
import { type Option, platformOf, PLATFORMS } from "../../shared/words/platforms.ts";
import { callFunction } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { film } from "../world/media_files.ts";
import { connectAccount, enablePublishing, goOn } from "../world/publishing.ts";
import { SOCIAL } from "../world/simulators.ts";

/** What every platform's simulator can be told. */
interface LateAnswer {
  kind: "late_answer";
  path: "commit";
  ms: number;
  times: number;
  taken: "at_once";
}

const environment = await startEnvironment();
const { sql } = environment;
Deno.test.afterAll(() => environment.close());
await enablePublishing(environment);
const user = await environment.signUp(50);
for (const platform of SOCIAL) await connectAccount(environment, user, platform, "ana");

/** Enqueues a film that lies at an address, as document 003 has it, and returns the jobs by option. */
async function enqueue(url: string, request: Record<string, unknown>): Promise<Map<string, string>> {
  const { status, body } = await callFunction(environment, "publications/enqueue", {
    token: user.accessToken,
    body: {
      userId: user.userId,
      mediaFiles: [{ name: "video.mp4", size: 1024000, type: "video/mp4", url }],
      ...request,
    },
  });
  assert.equal(status, 200, JSON.stringify(body));
  const { jobs, rejected } = (body as EnqueueResponse).data;
  assert.deepEqual(rejected, []);
  return new Map(jobs.map(({ platform, job_id }) => [platform, job_id]));
}

async function published(id: string): Promise<Publication> {
  let asked = Date.now();
  const publication = await eventually(async () => {
    // Nobody waits here for a platform to be asked again.
    if (Date.now() - asked > 1_000) {
      asked = Date.now();
      await goOn(environment);
    }
    const { body } = await callFunction(environment, `publications/${id}`, {
      method: "GET",
      token: user.accessToken,
    });
    const { publication } = body as { publication: Publication };
    return ["completed", "failed"].includes(publication.status) ? publication : undefined;
  }, { what: "the end of a publication", timeoutMs: 60_000 });
  const { option, error_code, error_message } = publication;
  assert.equal(publication.status, "completed", `${option}: ${error_code}: ${error_message}`);
  return publication;
}

async function withFilm(test: (file: ReturnType<typeof film>, url: string) => Promise<void>): Promise<void> {
  const file = film(50_000);
  const server = serveLocally(() => new Response(file.bytes, { headers: { "content-type": file.type } }));
  try {
    await test(file, `${server.url}/video.mp4`);
  } finally {
    await server.close();
  }
}

// @acceptance 003:92
Deno.test("document 003's request, with its options and its settings, is published on TikTok and on Instagram", () =>
  withFilm(async (file, url) => {
    const jobs = await enqueue(url, {
      selectedOptions: ["tiktok_video", "instagram_feed"],
      captions: {
        universal: "Legenda universal",
        specific: { tiktok_video: "Legenda específica para TikTok" },
      },
      settings: { tiktok_video: { privacy: "PUBLIC_TO_EVERYONE", allowComments: true } },
    });
    for (
      const [option, caption] of [
        ["tiktok_video", "Legenda específica para TikTok"],
        ["instagram_feed", "Legenda universal"],
      ] as const
    ) {
      const { post_id } = await published(jobs.get(option) ?? "");
      const posts = environment[platformOf(option) as "tiktok" | "instagram"].posts();
      assert.deepEqual(posts.map(({ id, text, media }) => [id, text, media.map(({ sha256 }) => sha256)]), [
        [post_id, caption, [file.sha256]],
      ]);
    }
  }));

const EVERYWHERE: readonly Option[] = [
  "tiktok_video",
  "facebook_reel",
  "instagram_reel",
  "youtube_short",
  "threads_post",
  "x_post",
  "linkedin_post",
];

function answersLate(simulator: {
  misbehave(rule: { fault: LateAnswer }): void;
}): void {
  simulator.misbehave({
    fault: { kind: "late_answer", path: "commit", ms: 1_500, times: 1, taken: "at_once" },
  });
}

// @acceptance 003:289
Deno.test("a film goes to all seven by one request, five at a time, and is there once at each", () =>
  withFilm(async (file, url) => {
    assert.deepEqual(EVERYWHERE.map(platformOf).toSorted(), [...PLATFORMS].toSorted());
    // Whoever makes it visible is answered late: as many as may be are at it together.
    for (const platform of SOCIAL) answersLate(environment[platform]);
    const before = Object.fromEntries(
      SOCIAL.map((platform) => [platform, environment[platform].posts().length]),
    );
    const jobs = await enqueue(url, {
      selectedOptions: EVERYWHERE,
      captions: { universal: "Em todo lugar" },
      settings: { tiktok_video: { privacy: "SELF_ONLY" } },
    });
    let most = 0;
    const watching = new AbortController();
    const watched = (async () => {
      while (!watching.signal.aborted) {
        const [row] = await sql<{ n: number }[]>`
          select count(*)::integer as n from private.slots where lane = 'publication' and job_id is not null`;
        most = Math.max(most, row?.n ?? 0);
      }
    })();
    await Promise.all(EVERYWHERE.map((option) => published(jobs.get(option) ?? "")));
    watching.abort();
    await watched;
    assert.equal(most, 5);
    for (const option of EVERYWHERE) {
      const platform = platformOf(option);
      const posts = environment[platform].posts().slice(before[platform]);
      assert.deepEqual(posts.map(({ media }) => media.map(({ sha256 }) => sha256)), [[file.sha256]], option);
    }
  }));
