/**
 * YouTube from signing in to a video with its picture, and the platform's folder against the simulator, which was written
 * from the documentation alone: a video is there once if it is said to be there, and not at all if it is said not to be.
 */
import { eventually } from "@esteira/local-supabase/testing";
import { startYouTube, type YouTubeSimulator } from "@esteira/simulators/youtube";
import assert from "node:assert/strict";
import { YOUTUBE_SCOPES } from "../../shared/publishing/youtube_rules.ts";
import type { Option } from "../../shared/words/platforms.ts";
import type {
  PlatformApp,
  PublicationMedia,
  PublicationWork,
} from "../../supabase/functions/_shared/platforms/platform.ts";
import { youtube } from "../../supabase/functions/_shared/platforms/youtube/youtube.ts";
import { agreeAs, allowAppPage, comeBack, connectAccount, setOut } from "../world/connect.ts";
import { type File, film, picture } from "../world/media_files.ts";
import { enablePublishing, publishInSql, uploadFile } from "../world/publishing.ts";
import { Scene } from "../world/scene.ts";
import { publishAsWorker } from "./publish_as_worker.ts";

type Fault = Parameters<YouTubeSimulator["misbehave"]>[0]["fault"];

const UNIT = 256 * 1024;

Deno.test("from signing in to a video and a Short, each with its picture; a lost commit; and access that is gone", async () => {
  const scene = await Scene.start({
    youtube: { withoutChannel: ["dora"], unverified: ["bruno"], processMs: 500 },
  });
  const { environment, user } = scene;
  const { sql, youtube: simulator } = environment;
  const connect = async (person: string) => (await connectAccount(environment, user, "youtube", person)).id;
  const publish = async (connectionId: string, option: Option, caption: string, files: File[]) => {
    const uploaded = await Promise.all(files.map((file) => uploadFile(user, file)));
    const id = await publishInSql(environment, user, option, {
      connectionId,
      caption,
      files: uploaded,
      settings: { privacy: "unlisted" },
    });
    return await eventually(async () => {
      const job = await scene.job(id);
      return ["completed", "failed"].includes(job.status) ? job : undefined;
    }, { what: caption, timeoutMs: 60_000 });
  };
  const warningsOf = (job: { output: unknown }) =>
    (job.output as { data: { warnings: { code: string }[] } }).data.warnings.map(({ code }) => code);
  try {
    await enablePublishing(environment);
    await allowAppPage(environment);
    await sql`
      update private.platforms set settings = settings || ${sql.json({ chunk_bytes: UNIT })}
      where platform = 'youtube'`;
    const nobody = await comeBack(await agreeAs(await setOut(environment, user, "youtube"), "dora"));
    assert.deepEqual(nobody, { error: "no_accounts" });
    const [ana, bruno, carla] = [await connect("ana"), await connect("bruno"), await connect("carla")];
    simulator.endAccess("carla", "everything");

    // The video is processed for a while: its picture is set when somebody looks later.
    const [video, short, lost, late, cover] = [film(2 * UNIT + 1), film(), film(), film(), picture()];
    simulator.misbehave({ contains: "Lost", times: 1, fault: lostCommit(true) });
    const published = Promise.all([
      publish(ana, "youtube_video", "By the sea\nall day", [video, cover]),
      publish(bruno, "youtube_short", "In short", [cover, short]),
      publish(bruno, "youtube_video", "Lost and there", [lost]),
      publish(carla, "youtube_video", "Without access", [late]),
    ]);
    await eventually(async () => {
      const [row] = await sql`select state from public.connections where id = ${carla}`;
      return row?.state === "reconnect_needed" || undefined;
    }, { what: "the owner to be told", timeoutMs: 30_000 });
    // Whoever is known already is connected without being asked which.
    const back = await comeBack(await agreeAs(await setOut(environment, user, "youtube"), "carla"));
    assert.deepEqual(back, { connection: carla });

    const jobs = await published;
    assert.deepEqual(jobs.map(({ status }) => status), Array(4).fill("completed"));
    assert.deepEqual(jobs.map(warningsOf), [[], ["thumbnail_refused"], [], []]);
    const posts = simulator.posts().toSorted((one, other) => one.text.localeCompare(other.text));
    assert.deepEqual(posts.map(({ text, media }) => [text, media[0]?.sha256]), [
      ["By the sea\nall day", video.sha256],
      ["In short", short.sha256],
      ["Lost and there", lost.sha256],
      ["Without access", late.sha256],
    ]);
    const [shown] = simulator.videos().filter(({ title }) => title === "By the sea");
    assert.deepEqual([shown?.privacy, shown?.thumbnail], ["unlisted", {
      sha256: cover.sha256,
      type: "image/jpeg",
      times: 1,
    }]);
    const [row] = await sql`select permalink from public.publications where job_id = ${jobs[1]?.id ?? ""}`;
    assert.match(row?.permalink ?? "", /^https:\/\/www\.youtube\.com\/shorts\/[\w-]{11}$/);
  } finally {
    await scene.close();
  }
});

/** A simulator, and what Ana publishes there. */
async function withAna(
  test: (simulator: YouTubeSimulator, work: PublicationWork) => Promise<void>,
): Promise<void> {
  const simulator = startYouTube({ processMs: 10 });
  const { url, clientId, clientSecret } = simulator;
  const { access_token, account } = simulator.grant("ana");
  const app: PlatformApp = {
    platform: "youtube",
    clientId,
    clientSecret,
    apiVersion: "v3",
    settings: { base_url: url, chunk_bytes: UNIT },
  };
  try {
    const { media, file } = FILM;
    await test(simulator, {
      jobId: crypto.randomUUID(),
      option: "youtube_video",
      content: {
        connectionId: crypto.randomUUID(),
        groupId: crypto.randomUUID(),
        caption: "Hello #sea",
        mediaFiles: [{ name: media.name, size: media.bytes, type: file.type, path: media.name }],
        media: [media.name],
        settings: {},
        allowDuplicate: false,
      },
      media: [media],
      app,
      connection: { externalId: account.id, displayName: null, settings: {}, scopes: [...YOUTUBE_SCOPES] },
      accessToken: access_token,
      facts: {},
      committedAt: null,
      createdAt: new Date().toISOString(),
    });
  } finally {
    await simulator.close();
  }
}

const FILM = filmOf(film(4 * UNIT + 321));

function filmOf(file: File): { file: File; media: PublicationMedia } {
  const { type: contentType, bytes } = file;
  return {
    file,
    media: {
      name: "film.mp4",
      contentType,
      bytes: bytes.length,
      altText: null,
      url: () => Promise.reject(new Error("YouTube is sent files")),
      range: (from, to) => Promise.resolve(bytes.slice(from, to)),
    },
  };
}

const publish = (work: PublicationWork) => publishAsWorker(youtube, work);

function lostCommit(accepted: boolean): Fault {
  return { kind: "http_error", path: "commit", status: 503, times: 1, accepted };
}

/** What goes wrong; how it ends; how many commits that takes; and how many bytes are sent for the film's own, at the most. */
const STORIES: readonly (readonly [string, Fault[], string, number, number])[] = [
  ["nothing", [], "published", 1, 1],
  ["a commit that was done and answered with a server's error", [lostCommit(true)], "published", 1, 1],
  ["a commit that a server's error kept from being done", [lostCommit(false)], "published", 2, 1],
  ["a commit whose answer breaks off", [{ kind: "cut_answer", path: "commit", times: 1 }], "published", 1, 1],
  [
    "a commit that is done and never answered",
    [
      { kind: "hang", path: "commit", times: 1, accepted: true },
    ],
    "published",
    1,
    1,
  ],
  ["a commit of which not all is kept", [{ kind: "keeps_less", share: 0.5, times: 9 }], "published", 3, 2],
  [
    "a piece that breaks in the middle",
    [
      { kind: "breaks_mid_chunk", status: 503, times: 1 },
    ],
    "published",
    1,
    1.2,
  ],
  [
    "a piece whose answer is lost",
    [
      { kind: "http_error", path: "chunk", status: 502, times: 2, accepted: true },
    ],
    "published",
    1,
    1,
  ],
  ["a range of nonsense", [{ kind: "odd_range", range: "bytes=7-9", times: 2 }], "published", 1, 1.5],
  [
    "a session that is gone on the way",
    [{ kind: "session_expires", path: "chunk", times: 1 }],
    "published",
    1,
    1,
  ],
  [
    "a session that is gone with the commit",
    [
      { kind: "session_expires", path: "commit", times: 1 },
    ],
    "published",
    2,
    1,
  ],
  [
    "sessions that are all gone",
    [
      { kind: "session_expires", path: "chunk", times: 3 },
    ],
    "refused upload_session_lost",
    0,
    1,
  ],
  ["a session that is said to be there already", [{ kind: "already_exists", times: 2 }], "published", 1, 1],
  [
    "a project whose day is used up",
    [
      { kind: "quota_exceeded", path: "insert", times: 1 },
    ],
    "published",
    1,
    1,
  ],
  [
    "limits on the way, told and not",
    [
      { kind: "rate_limited", path: "chunk", times: 1, headers: true },
      { kind: "rate_limited", path: "commit", times: 1, headers: false },
    ],
    "published",
    2,
    1,
  ],
  [
    "a word for its state that nobody knows",
    [
      { kind: "unknown_status", word: "pondering", times: 2 },
    ],
    "published",
    1,
    1,
  ],
  ["a video that takes its time", [{ kind: "slow_processing", ms: 150 }], "published", 1, 1],
  ["a video that comes to nothing", [{ kind: "processing_fails" }], "failed failed/codec", 1, 1],
  [
    "a video that is rejected",
    [
      { kind: "processing_fails", as: "rejected", reason: "copyright" },
    ],
    "failed rejected/copyright",
    1,
    1,
  ],
  [
    "a video that is refused for good",
    [
      { kind: "refuse", path: "insert", status: 400, reason: "invalidCategoryId", times: 1 },
    ],
    "refused invalidCategoryId",
    0,
    0,
  ],
];

for (const [name, faults, ends, commits, most] of STORIES) {
  Deno.test(`${name}: ${ends}`, () =>
    withAna(async (simulator, work) => {
      for (const fault of faults) simulator.misbehave({ fault, times: "times" in fault ? fault.times : 1 });
      const { ending, ...done } = await publish(work);
      const code = ending.state === "failed" ? ending.failure.code : "code" in ending ? ending.code : "";
      assert.equal(`${ending.state} ${code}`.trim(), ends);
      const isThere = ends === "published";
      assert.equal(simulator.posts().length, Number(isThere));
      assert.equal(done.commits, commits);
      const sessions = simulator.sessions();
      if (isThere) {
        assert.equal(simulator.posts()[0]?.media[0]?.sha256, FILM.file.sha256);
        assert.equal(simulator.videos()[0]?.privacy, "private");
        const sent = Math.max(...sessions.map(({ sentBytes }) => sentBytes));
        assert.ok(sent <= most * FILM.media.bytes, `${sent} bytes were sent for ${FILM.media.bytes}`);
      }
    }));
}

Deno.test("a session that is gone after its commit is looked for among the channel's uploads", () =>
  withAna(async (simulator, work) => {
    const film = {
      ...work,
      app: { ...work.app, settings: { ...work.app.settings, chunk_bytes: 64 * UNIT } },
    };
    simulator.misbehave({ fault: lostCommit(true), times: 1 });
    simulator.misbehave({ fault: { kind: "session_expires", path: "probe", times: 1 }, times: 1 });
    const { ending } = await publish(film);
    assert.equal(ending.state === "published" && ending.postId, simulator.posts()[0]?.id);
    assert.equal(simulator.posts().length, 1);
  }));
