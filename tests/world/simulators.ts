/** The providers' and platforms' places on this machine: a simulator for each, and how Esteira gets to know it. */
import type postgres from "postgres";
import { type AstriaOptions, type AstriaSimulator, startAstria } from "@esteira/simulators/astria";
import { type FacebookOptions, type FacebookSimulator, startFacebook } from "@esteira/simulators/facebook";
import { type FalOptions, type FalSimulator, startFal } from "@esteira/simulators/fal";
import {
  type InstagramOptions,
  type InstagramSimulator,
  startInstagram,
} from "@esteira/simulators/instagram";
import { type KieOptions, type KieSimulator, startKie } from "@esteira/simulators/kie";
import { type LinkedInOptions, type LinkedInSimulator, startLinkedIn } from "@esteira/simulators/linkedin";
import { type OpenAiOptions, type OpenAiSimulator, startOpenAi } from "@esteira/simulators/openai";
import {
  type ReplicateOptions,
  type ReplicateSimulator,
  startReplicate,
} from "@esteira/simulators/replicate";
import {
  type RunningHubOptions,
  type RunningHubSimulator,
  startRunningHub,
} from "@esteira/simulators/runninghub";
import { startThreads, type ThreadsOptions, type ThreadsSimulator } from "@esteira/simulators/threads";
import { startTikTok, type TikTokOptions, type TikTokSimulator } from "@esteira/simulators/tiktok";
import { startX, type XOptions, type XSimulator } from "@esteira/simulators/x";
import { startYouTube, type YouTubeOptions, type YouTubeSimulator } from "@esteira/simulators/youtube";
import type { PlatformName } from "../../shared/words/platforms.ts";

/** What the AI apps make that supabase/seed.sql names; the others upscale. */
const APPS: RunningHubOptions["apps"] = {
  "1901846213370548226": { output: "image" }, // pose_changer
  "1902951776813985793": { output: "image" }, // veste_ai
  "1904163390028185603": { output: "video" }, // video_upscaler
};

export interface Simulators {
  readonly runninghub: RunningHubSimulator;
  readonly kie: KieSimulator;
  readonly fal: FalSimulator;
  readonly replicate: ReplicateSimulator;
  readonly astria: AstriaSimulator;
  readonly openai: OpenAiSimulator;
  readonly x: XSimulator;
  readonly instagram: InstagramSimulator;
  readonly tiktok: TikTokSimulator;
  readonly linkedin: LinkedInSimulator;
  readonly youtube: YouTubeSimulator;
  readonly facebook: FacebookSimulator;
  readonly threads: ThreadsSimulator;
}

/** Settings of each simulator. Free ports when left out, as tests want it. */
export interface SimulatorOptions {
  runninghub?: RunningHubOptions;
  kie?: KieOptions;
  fal?: FalOptions;
  replicate?: ReplicateOptions;
  astria?: AstriaOptions;
  openai?: OpenAiOptions;
  x?: XOptions;
  instagram?: InstagramOptions;
  tiktok?: TikTokOptions;
  linkedin?: LinkedInOptions;
  youtube?: YouTubeOptions;
  facebook?: FacebookOptions;
  threads?: ThreadsOptions;
}

/** How a simulator is reached from where the functions run, when that is not this machine's loopback. */
export interface Host {
  hostname?: string;
  publicHost?: string;
}

/** Starts them all; `close` stops them. Where one does not start, none stays. */
export async function startSimulators(
  options: SimulatorOptions,
  host: Host = {},
): Promise<Simulators & { close(): Promise<void> }> {
  const started: { close(): Promise<void> }[] = [];
  const close = async () => void await Promise.all(started.map((simulator) => simulator.close()));
  const keep = <T extends { close(): Promise<void> }>(simulator: T): T => {
    started.push(simulator);
    return simulator;
  };
  try {
    return {
      runninghub: keep(await startRunningHub({ apps: APPS, ...host, ...options.runninghub })),
      kie: keep(startKie({ ...host, ...options.kie })),
      fal: keep(startFal({ ...host, ...options.fal })),
      replicate: keep(startReplicate({ ...host, ...options.replicate })),
      astria: keep(startAstria({ ...host, ...options.astria })),
      openai: keep(startOpenAi({ ...host, ...options.openai })),
      x: keep(startX({ ...host, ...options.x })),
      instagram: keep(startInstagram({ ...host, ...options.instagram })),
      tiktok: keep(startTikTok({ ...host, ...options.tiktok })),
      linkedin: keep(startLinkedIn({ ...host, ...options.linkedin })),
      youtube: keep(startYouTube({ ...host, ...options.youtube })),
      facebook: keep(startFacebook({ ...host, ...options.facebook })),
      threads: keep(startThreads({ ...host, ...options.threads })),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An account at a simulator. */
interface Account {
  lane: string;
  apiKey: string;
  webhookSecret?: string;
  settings: Record<string, string>;
}

/**
 * Tells the accounts that the seed has made where their simulators are, and the keys that are good there; and the
 * platforms, where the app is registered.
 */
export async function connectAccounts(sql: postgres.Sql, simulators: Simulators): Promise<void> {
  const { runninghub, kie, fal, replicate, astria, openai } = simulators;
  const accounts: Account[] = [
    { lane: "runninghub", apiKey: runninghub.apiKey, settings: { base_url: runninghub.url } },
    {
      lane: "kie",
      apiKey: kie.apiKey,
      ...kie.hmacKey ? { webhookSecret: kie.hmacKey } : {},
      settings: { base_url: kie.url },
    },
    {
      lane: "fal",
      apiKey: fal.apiKey,
      settings: { base_url: fal.url, jwks_url: fal.jwksUrl, user_id: fal.userId },
    },
    {
      lane: "replicate",
      apiKey: replicate.apiKey,
      webhookSecret: replicate.webhookSecret,
      settings: { base_url: replicate.url },
    },
    { lane: "astria", apiKey: astria.apiKey, settings: { base_url: astria.url } },
    { lane: "openai", apiKey: openai.apiKey, settings: { base_url: openai.url } },
  ];
  for (const { lane, apiKey, webhookSecret, settings } of accounts) {
    await sql`
      update private.accounts set settings = settings || ${
      sql.json(settings)
    } where lane = ${lane} and name = 'simulator'`;
    await setSecret(sql, `${lane}_simulator`, apiKey);
    if (webhookSecret) await setSecret(sql, `${lane}_simulator_webhook`, webhookSecret);
  }
  await connectPlatforms(sql, simulators);
}

/** The social platforms that have a simulator. */
export const SOCIAL = [
  "x",
  "instagram",
  "tiktok",
  "linkedin",
  "youtube",
  "facebook",
  "threads",
] as const satisfies readonly PlatformName[];
export type SocialName = typeof SOCIAL[number];

/** What else an operator sets: LinkedIn's organizations are asked for, and nobody waits long for files that are there at once. */
const MORE_SETTINGS: Partial<Record<SocialName, Record<string, boolean | number>>> = {
  linkedin: { organizations: true, media_grace_seconds: 1 },
  facebook: { list_grace_seconds: 5 },
  // A film has several pieces, also where it is none of the longest.
  youtube: { chunk_bytes: 2 * 1024 * 1024 },
};

/** Registers the simulators' apps. A release from before there were platforms has nowhere to say so. */
async function connectPlatforms(sql: postgres.Sql, simulators: Simulators): Promise<void> {
  const [{ exists } = { exists: false }] = await sql<{ exists: boolean }[]>`
    select to_regprocedure('ops.set_platform(text, text, text, text, jsonb)') is not null as exists`;
  if (!exists) return;
  for (const platform of SOCIAL) {
    const { url, clientId, clientSecret } = simulators[platform];
    const secret = `${platform}_simulator`;
    const settings = { base_url: url, oauth_url: url, ...MORE_SETTINGS[platform] };
    await sql`select ops.set_secret(${secret}, ${clientSecret})`;
    await sql`select ops.set_platform(${platform}, ${clientId}, ${secret}, null, ${sql.json(settings)})`;
  }
}

async function setSecret(sql: postgres.Sql, name: string, value: string): Promise<void> {
  await sql`select vault.update_secret(id, ${value}) from vault.secrets where name = ${name}`;
}
