/** How a task stands. */
import type { Cost } from "../../engine/results.ts";
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { costOf } from "../kit/cost.ts";
import type { Outcome } from "../provider.ts";
import { call, type HubAnswer, refusal } from "./call.ts";
import { chooseOutputs } from "./choose_outputs.ts";
import { FAILED, isLastWord, NOT_FOUND, QUEUED, RUNNING } from "./codes.ts";
import { businessFailure, taskFailure } from "./failures.ts";
import { appSettings, settingsOfApp } from "./settings.ts";

/** Asks for a task's outputs, and for its status where these do not tell. */
export async function fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome> {
  const question = { json: { taskId: externalId }, anyCode: true };
  const answer = await call(work, "/task/openapi/outputs", question);
  const { code, msg, data, raw } = answer;
  if (code === RUNNING) return { state: "running", raw };
  if (code === QUEUED) return { state: "queued", raw };
  if (code === FAILED) return { state: "failed", failure: taskFailure(data, msg, raw), raw };
  if (code !== 0) return refusedOutcome(answer);
  const outputs = chooseOutputs(data, appSettings.safeParse(settingsOfApp(work)).data?.output_node_id);
  if (outputs.length > 0) return { state: "succeeded", outputs, ...coinsOf(data), raw };

  // Code 0 without outputs means "not finished" on some pages and success on others (runninghub.md#outcomes): the
  // status tells.
  return statusOutcome(await call(work, "/task/openapi/status", question));
}

function statusOutcome(answer: HubAnswer): Outcome {
  const { code, msg, data, raw } = answer;
  if (code !== 0) return refusedOutcome(answer);
  switch (data) {
    case "QUEUED":
      return { state: "queued", raw };
    case "RUNNING":
      return { state: "running", raw };
    case "FAILED":
      return { state: "failed", failure: taskFailure(null, msg, raw), raw };
    default:
      return { state: "unknown", reason: `Status ${JSON.stringify(data)} without outputs`, raw };
  }
}

/** What a refusal to tell of a task says of it. Throws ProviderError when it says nothing. */
function refusedOutcome(answer: HubAnswer): Outcome {
  const { code, msg, raw } = answer;
  if (NOT_FOUND.includes(code)) {
    return { state: "unknown", reason: `RunningHub does not know the task: ${code} ${msg}`, raw };
  }
  if (isLastWord(code, msg)) return { state: "failed", failure: businessFailure(code, msg, raw), raw };
  throw refusal(answer);
}

/**
 * What the task cost in coins: every output says the same (runninghub.md#outcomes). `consumeMoney` is told without its
 * currency, so it is left out.
 */
function coinsOf(data: unknown): { cost?: Cost } {
  const entries =
    z.array(z.looseObject({ consumeCoins: z.unknown() }).catch({ consumeCoins: null })).safeParse(data).data;
  const told = new Set(
    entries?.map(({ consumeCoins }) => consumeCoins ?? null).filter((coins) => coins !== null),
  );
  return told.size === 1 ? costOf([...told][0], "coins") : {};
}
