/** Reads what is sent to ai-app/run, and says with which code RunningHub would refuse it. Pure. */
import { z } from "zod";
import type { NodeInfo } from "./task.ts";

// Ids and values may come as numbers; those too large for a JavaScript number are already strings of digits.
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const nodeInfo = z.object({
  nodeId: text.pipe(z.string().min(1)),
  fieldName: z.string().min(1),
  fieldValue: text,
});

const runBody = z.object({
  webappId: text.pipe(z.string().min(1)),
  nodeInfoList: z.array(z.unknown()).nullish(),
  webhookUrl: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).nullish(),
  instanceType: z.enum(["default", "plus", "ultra"]).nullish(),
});

/** A valid request to start an AI app. */
export interface Submission {
  readonly webappId: string;
  readonly nodeInfoList: readonly NodeInfo[];
  readonly webhookUrl: string | undefined;
}

/** What a submission is judged by. */
export interface SubmissionRules {
  /** The AI apps that exist; undefined: all. */
  readonly webappIds: readonly string[] | undefined;
  readonly isUploaded: (fileName: string) => boolean;
}

/**
 * Reads a body of ai-app/run (runninghub.md#submit).
 * @returns the submission, or a code of runninghub.md#codes: 301 for a wrong field, 901 for an unknown app, 433
 * without nodes, 803 for a broken node or one that names a file that was not uploaded.
 */
export function readSubmission(body: unknown, rules: SubmissionRules): Submission | { refused: number } {
  const parsed = runBody.safeParse(body);
  if (!parsed.success) return { refused: 301 };
  const { webappId, webhookUrl } = parsed.data;
  if (rules.webappIds && !rules.webappIds.includes(webappId)) return { refused: 901 };
  const nodes = parsed.data.nodeInfoList ?? [];
  if (nodes.length === 0) return { refused: 433 };
  const nodeInfoList: NodeInfo[] = [];
  for (const node of nodes) {
    const info = nodeInfo.safeParse(node);
    if (!info.success || namesMissingFile(info.data, rules)) return { refused: 803 };
    nodeInfoList.push(info.data);
  }
  return { webappId, nodeInfoList, webhookUrl: webhookUrl || undefined };
}

/**
 * Nodes for files take an uploaded one or a public URL (runninghub.md#uploads); `api/…` names an uploaded file in any
 * node.
 */
function namesMissingFile({ fieldName, fieldValue }: NodeInfo, { isUploaded }: SubmissionRules): boolean {
  if (isUploaded(fieldValue)) return false;
  const isUrl = /^https?:\/\//.test(fieldValue);
  return /^api\/\S+$/.test(fieldValue) || (["image", "video"].includes(fieldName) && !isUrl);
}

/** The texts that `contains` of a fault rule is compared with, as far as the body has them. */
export function textsOf(body: unknown): string[] {
  const loose = z.object({
    webappId: text.optional().catch(undefined),
    webhookUrl: z.string().optional().catch(undefined),
    nodeInfoList: z.array(z.object({ fieldValue: text }).catch({ fieldValue: "" })).catch([]),
  }).safeParse(body);
  if (!loose.success) return [];
  const { webappId = "", webhookUrl = "", nodeInfoList } = loose.data;
  return [webappId, webhookUrl, ...nodeInfoList.map(({ fieldValue }) => fieldValue)];
}
