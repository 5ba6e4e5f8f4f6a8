/**
 * Large files on their way to the platforms while workers die. With ESTEIRA_BIG a file has 240 MiB and ten workers die
 * (`npm run test:long`). What is counted are the bytes that came to the platform, of whoever died while sending too.
 */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import type { Option } from "../../shared/words/platforms.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import { film } from "../world/media_files.ts";
import { openMeter } from "../world/meter.ts";
import { connectAccount, enablePublishing, goOn, publishInSql, uploadFile } from "../world/publishing.ts";
import type { SocialName } from "../world/simulators.ts";

const MIB = 1024 * 1024;
const isBig = Boolean(Deno.env.get("ESTEIRA_BIG"));
const { bytes, kills } = isBig ? { bytes: 240 * MIB, kills: 10 } : { bytes: 20 * MIB, kills: 1 };
const isDocker = Deno.env.get("ESTEIRA_STACK") === "supabase";

interface Case {
  readonly platform: SocialName;
  readonly option: Option;
  /** What it is handed at once: of a worker that dies so much is sent once more, at the most. */
  readonly pieceBytes: number;
  readonly settings?: Record<string, string | number | boolean>;
  /** Where the platform fetches the file itself: slowly, how many bytes have come, and whether it is at it. */
  readonly fetches?: {
    slowly(environment: Environment, ms: number): void;
    bytes(environment: Environment): number;
    isAtIt(environment: Environment): boolean;
  };
}

const CASES: readonly Case[] = [
  { platform: "x", option: "x_post", pieceBytes: MIB },
  { platform: "tiktok", option: "tiktok_video", pieceBytes: 5 * MIB, settings: { privacy: "SELF_ONLY" } },
  { platform: "youtube", option: "youtube_video", pieceBytes: 2 * MIB },
  { platform: "linkedin", option: "linkedin_post", pieceBytes: 4 * MIB },
  {
    platform: "facebook",
    option: "facebook_reel",
    pieceBytes: 0,
    fetches: {
      slowly: ({ facebook }, ms) => facebook.misbehave({ fault: { kind: "slow_download", ms } }),
      bytes: ({ facebook }) => facebook.videos().reduce((sum, { bytes }) => sum + bytes, 0),
      isAtIt: ({ facebook }) => facebook.videos().some(({ uploading }) => uploading === "in_progress"),
    },
  },
];

const environment = await startEnvironment();
const { sql, deployment } = environment;
Deno.test.afterAll(() => environment.close());
await enablePublishing(environment);
const user = await environment.signUp();
const file = film(bytes);
const uploaded = await uploadFile(user, file);

/** The next process has started. */
async function answers(): Promise<void> {
  await eventually(async () => {
    const response = await fetch(`${deployment.apiUrl}/functions/v1/health`).catch(() => null);
    await response?.body?.cancel();
    return response?.ok || undefined;
  }, { what: "the functions to answer", timeoutMs: 20_000 });
}

for (const { platform, option, pieceBytes, settings = {}, fetches } of CASES) {
  Deno.test({
    name: `${option}: ${bytes / MIB} MiB arrive byte for byte although ${kills} ${
      kills === 1 ? "worker dies" : "workers die"
    } on the way`,
    ignore: isDocker,
    async fn() {
      const simulator = environment[platform];
      const meter = openMeter(simulator.url);
      const arrived = () => fetches?.bytes(environment) ?? meter.received();
      const isAtIt = () => fetches?.isAtIt(environment) ?? false;
      // Long enough that all of them die meanwhile.
      fetches?.slowly(environment, kills * 2_000);
      try {
        await sql`
          update private.platforms set settings = settings || ${sql.json({ base_url: meter.url })}
          where platform = ${platform}`;
        const id = await publishInSql(environment, user, option, {
          connectionId: await connectAccount(environment, user, platform, "ana"),
          caption: `Of ${bytes} bytes`,
          files: [uploaded],
          settings,
        });
        await goOn(environment);

        /** Waits until so much has arrived, or it is over. Whoever sends no more is followed by somebody else. */
        const until = (share: number) => {
          let [heard, before] = [Date.now(), -1];
          return eventually(async () => {
            const [job] = await sql`select * from public.jobs where id = ${id}`;
            if (job?.status === "completed" || job?.status === "failed") return job;
            if (arrived() >= bytes * share || (isAtIt() && share < 1)) return job;
            if (arrived() > before) [heard, before] = [Date.now(), arrived()];
            if (Date.now() - heard > 1_000) {
              heard = Date.now();
              await goOn(environment);
            }
          }, { what: `${Math.round(100 * share)} % to arrive`, timeoutMs: 90_000 });
        };
        for (let kill = 1; kill <= kills; kill++) {
          await until(0.95 * kill / (kills + 1));
          deployment.faults?.killFunctions();
          await answers();
          await goOn(environment, "3 minutes"); // also of what they were at
        }
        const job = await until(Infinity);
        assert.equal(job?.status, "completed", `${job?.error_code}: ${job?.error_message}`);
        assert.equal(job?.attempt, 1);

        const posts = simulator.posts();
        assert.equal(posts.length, 1);
        assert.deepEqual(posts[0]?.media.map(({ sha256 }) => sha256), [file.sha256]);
        const times = arrived() / bytes;
        console.log(`    ${option}: arrived ${times.toFixed(3)} times`);
        const most = Math.min(1.01 + kills * pieceBytes / bytes, isBig ? 1.2 : Infinity);
        assert.ok(times <= most, `${times} times arrived what was to arrive once`);
      } finally {
        meter.close();
      }
    },
  });
}
