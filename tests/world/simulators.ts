/** The providers' places on this machine: a simulator for each lane, and how the lane's account gets to know it. */
import type postgres from "postgres";
import { type AstriaOptions, type AstriaSimulator, startAstria } from "@esteira/simulators/astria";
import { type FalOptions, type FalSimulator, startFal } from "@esteira/simulators/fal";
import { type KieOptions, type KieSimulator, startKie } from "@esteira/simulators/kie";
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
}

/** Settings of each simulator. Free ports when left out, as tests want it. */
export interface SimulatorOptions {
  runninghub?: RunningHubOptions;
  kie?: KieOptions;
  fal?: FalOptions;
  replicate?: ReplicateOptions;
  astria?: AstriaOptions;
  openai?: OpenAiOptions;
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

/** Tells the accounts that the seed has made where their simulators are, and the keys that are good there. */
export async function connectAccounts(
  sql: postgres.Sql,
  { runninghub, kie, fal, replicate, astria, openai }: Simulators,
): Promise<void> {
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
}

async function setSecret(sql: postgres.Sql, name: string, value: string): Promise<void> {
  await sql`select vault.update_secret(id, ${value}) from vault.secrets where name = ${name}`;
}
