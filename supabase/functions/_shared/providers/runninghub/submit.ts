/** Running an AI app. */
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { tryParseJson } from "../../text/json.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { givenId } from "../kit/fields.ts";
import { type PreparedSubmit, ProviderError, type SubmitContext } from "../provider.ts";
import { type HubAnswer, prepareCall } from "./call.ts";
import { appOf } from "./settings.ts";

/** The request that starts a task. */
export function prepare(work: WorkItem, { callbackUrl, files }: SubmitContext): PreparedSubmit {
  const settings = appOf(work);
  const nodeInfoList = Object.entries(settings.nodes).flatMap(
    ([field, node]) => {
      const value = files[field]?.[0] ?? work.job.input[field];
      return value === undefined ? [] : [{
        nodeId: node.node_id,
        fieldName: node.field_name,
        fieldValue: String(value),
      }];
    },
  );
  const call = prepareCall(work, "/task/openapi/ai-app/run", {
    json: {
      webappId: settings.webapp_id, // as a string: it does not fit a JavaScript number
      nodeInfoList,
      webhookUrl: callbackUrl,
      ...settings.instance_type ? { instanceType: settings.instance_type } : {},
    },
    isSubmit: true,
  });
  return { send: async (signal) => takenAs(await call.send(signal)) };
}

function takenAs({ data, raw }: HubAnswer): Submitted {
  const task = z.looseObject({
    taskId: givenId,
    taskStatus: z.string().nullish(),
    promptTips: z.string().nullish(),
  })
    .safeParse(data);
  if (!task.success) throw malformedAnswer("The answer names no task", raw, true);
  const rejected = nodeErrors(task.data.promptTips);
  if (rejected) {
    throw new ProviderError({
      retryClass: "never",
      code: "node_errors",
      message: rejected,
      raw,
    });
  }
  return {
    externalId: task.data.taskId,
    raw,
    details: { taskStatus: task.data.taskStatus },
  };
}

/**
 * The node errors in promptTips, a JSON string: not empty means that the graph was rejected although code is 0
 * (runninghub.md#submit).
 */
function nodeErrors(promptTips: string | null | undefined): string | undefined {
  const tips = z.looseObject({ node_errors: z.record(z.string(), z.unknown()) })
    .safeParse(
      tryParseJson(promptTips ?? ""),
    );
  const errors = tips.data?.node_errors;
  return errors && Object.keys(errors).length > 0 ? JSON.stringify(errors) : undefined;
}
