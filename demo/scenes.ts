/** What the demo shows after the upscale: each provider once, and what happens when one of them lets us down. */
import type { EnqueueResponse } from "../shared/requests/requests_publications.ts";
import { type Option, platformOf } from "../shared/words/platforms.ts";
import { call, upload } from "../tests/world/app_calls.ts";
import type { Environment, User } from "../tests/world/environment.ts";
import { film, picture } from "../tests/world/media_files.ts";
import { drawPicture } from "../tests/world/picture.ts";
import { SOCIAL, type SocialName } from "../tests/world/simulators.ts";
import type { Changes } from "./changes.ts";
import { connectAll, FIRST, OTHERS, SETTINGS } from "./everywhere.ts";

/** One job, where it runs and how it is to end. */
export interface Scene {
  /** What there is to see. */
  title: string;
  tool: string;
  lane: string;
  /** What else is published with it, at once. */
  with?: readonly Option[];
  end: "completed" | "failed";
  /** Arranges things, and returns the job's input; of a publication what is published. */
  input(
    environment: Environment,
    user: User,
    changes: Changes,
  ): Promise<Record<string, unknown>> | Record<string, unknown>;
  /** What became of it, beyond the job itself; the text is shown. */
  after?(environment: Environment, user: User): Promise<string>;
}

// Each prompt is its own, so that a simulator's fault strikes one job.
const REFUSED = "a portrait of somebody famous";
const UNTOLD = "a lighthouse whose keeper never calls";
const UNANSWERED = "A lighthouse, and nobody answers";
const EVERYBODY = "A lighthouse, for everybody to see";

export const SCENES: readonly Scene[] = [
  {
    title: "an image at KIE",
    tool: "image",
    lane: "kie",
    end: "completed",
    input: () => ({ prompt: "a lighthouse in the rain" }),
  },
  {
    title: "the same tool at fal, by one row",
    tool: "image",
    lane: "fal",
    end: "completed",
    input: async (_, { client }) => ({
      prompt: "the same, in winter",
      images: [await upload(client, "image", "images", drawPicture(64))],
    }),
  },
  {
    title: "and at Replicate",
    tool: "image",
    lane: "replicate",
    end: "completed",
    input: () => ({ prompt: "a lighthouse at dawn", output_format: "jpeg" }),
  },
  {
    title: "a model trained at Astria",
    tool: "model_training",
    lane: "astria",
    end: "completed",
    input: async (_, { client }) => {
      const pictures = [32, 33, 34, 35].map((side) => drawPicture(side));
      const images = pictures.map((picture) => upload(client, "model_training", "images", picture));
      return { name: "Ana", subject: "woman", images: await Promise.all(images) };
    },
    async after(_, { client }) {
      const { data, error } = await client.from("ai_models").select("name, status, modelUrl").single();
      if (error) throw error;
      if (data.status !== "READY") throw new Error(`the model is ${data.status}`);
      return `model ${data.name} is ${data.status}: ${data.modelUrl}`;
    },
  },
  {
    title: "a text read aloud at OpenAI",
    tool: "speech",
    lane: "openai",
    end: "completed",
    input: () => ({ text: "Good evening, and good night.", voice: "coral" }),
  },
  {
    title: "one that fails for good",
    tool: "image",
    lane: "kie",
    end: "failed",
    input({ kie }) {
      const failMsg = "Your content was flagged by the provider as violating content policies.";
      kie.misbehave({ contains: REFUSED, fault: { kind: "fail", failMsg } });
      return { prompt: REFUSED };
    },
  },
  {
    title: "one whose webhook is lost",
    tool: "image",
    lane: "fal",
    end: "completed",
    async input({ fal }, _, changes) {
      fal.misbehave({ contains: UNTOLD, fault: { kind: "lost_webhook" } });
      await changes.hurry("fal"); // two minutes of silence and one look a minute are too long for a demo
      return { prompt: UNTOLD };
    },
    after: () => Promise.resolve("fal was asked, and had done it"),
  },
  {
    title: "a picture posted on Instagram",
    tool: "instagram_feed",
    lane: "publication",
    end: "completed",
    async input(_, { client }) {
      const { bytes, type } = picture(); // Instagram takes JPEG alone
      const path = await upload(client, "instagram_feed", "media", bytes, type);
      return {
        mediaFiles: [{ name: "lighthouse.jpg", size: bytes.length, type, path }],
        captions: { universal: "A lighthouse, at last" },
      };
    },
    after: (_, user) => postOf(user, "instagram"),
  },
  {
    title: "a post on X whose answer is lost",
    tool: "x_post",
    lane: "publication",
    end: "completed",
    input({ x }) {
      x.misbehave({
        contains: UNANSWERED,
        fault: { kind: "cut_answer", path: "commit", times: 1 },
      });
      return { captions: { universal: UNANSWERED } };
    },
    async after({ x }, user) {
      const times = x.posts().filter(({ text }) => text === UNANSWERED).length;
      if (times !== 1) throw new Error(`it was posted ${times} times`);
      return `${await postOf(user, "x")} · found there, and not posted again`;
    },
  },
  {
    title: `one post to ${SOCIAL.length} platforms at once`,
    tool: FIRST,
    with: OTHERS,
    lane: "publication",
    end: "completed",
    async input(_, { client }) {
      const { bytes, type } = film();
      const path = await upload(client, FIRST, "media", bytes, type);
      return {
        mediaFiles: [{ name: "lighthouse.mp4", size: bytes.length, type, path }],
        captions: { universal: EVERYBODY },
        settings: SETTINGS,
      };
    },
    after: (environment) => {
      const times = SOCIAL.map((platform) =>
        environment[platform].posts().filter(({ text }) => text.includes(EVERYBODY)).length
      );
      if (times.some((count) => count !== 1)) throw new Error(`it was posted ${times.join(", ")} times`);
      return Promise.resolve(`once on each: ${SOCIAL.join(", ")}`);
    },
  },
];

/** Where a user's post is to be seen. */
async function postOf({ client }: User, platform: SocialName): Promise<string> {
  const { data, error } = await client.from("publications").select("permalink").eq("platform", platform)
    .order("created_at").limit(1).single();
  if (error) throw error;
  return data.permalink ?? "nobody knows where";
}

/** Creates the jobs of a scene as its user does, and returns their ids. */
export async function begin(
  scene: Scene,
  environment: Environment,
  user: User,
  changes: Changes,
): Promise<readonly string[]> {
  await changes.route(scene.tool, scene.lane);
  const input = await scene.input(environment, user, changes);
  if (scene.lane === "publication") {
    return await publish([scene.tool as Option, ...scene.with ?? []], input, environment, user);
  }
  const answer = await call(user.client, "jobs", { tool: scene.tool, input });
  return [(answer as { job: { id: string } }).job.id];
}

/** Connects an account at each platform and publishes with it, as a user does. */
async function publish(
  selectedOptions: readonly Option[],
  content: Record<string, unknown>,
  environment: Environment,
  user: User,
): Promise<readonly string[]> {
  await connectAll(environment, user, selectedOptions.map(platformOf));
  const answer = await call(user.client, "publications/enqueue", { selectedOptions, ...content });
  const { data: { jobs, rejected: [first] } } = answer as EnqueueResponse;
  if (first) throw new Error(`${first.platform} was not enqueued: ${first.message}`);
  return jobs.map(({ job_id }) => job_id);
}
