/** Calls to the functions as any HTTP client makes them, for those who look at status and body. */
import { eventually } from "@esteira/local-supabase/testing";
import { errorBody } from "../../shared/errors/error_body.ts";
import type { Job } from "../../shared/rows/job.ts";
import { jobResponse } from "../../shared/requests/requests.ts";
import { isTerminal } from "../../shared/words/statuses.ts";
import type { Environment, User } from "./environment.ts";

export interface Answer {
  status: number;
  body: unknown;
}

/** Calls `/functions/v1/<path>` with a user's token, or none. A `body` that is a string is sent as it is. */
export async function callFunction(
  environment: Environment,
  path: string,
  { method = "POST", token, apiKey = environment.deployment.publishableKey, body }: {
    method?: string;
    token?: string;
    apiKey?: string;
    body?: unknown;
  } = {},
): Promise<Answer> {
  const response = await fetch(`${environment.deployment.apiUrl}/functions/v1/${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      apikey: apiKey,
      ...token ? { authorization: `Bearer ${token}` } : {},
    },
    ...body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) },
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

/** The code of an error answer; throws when the body does not have the one shape of errors. */
export function codeOf({ body }: Answer): string {
  return errorBody.parse(body).error.code;
}

/** Uploads `bytes` as the user and returns the path. */
export async function uploadInput(
  { client, userId }: User,
  bytes: Uint8Array<ArrayBuffer>,
  type = "image/png",
): Promise<string> {
  const path = `${userId}/${crypto.randomUUID()}.${type === "video/mp4" ? "mp4" : "png"}`;
  const { error } = await client.storage.from("inputs").upload(path, new Blob([bytes], { type }), {
    contentType: type,
  });
  if (error) throw error;
  return path;
}

/** Creates a job of `tool` as the user; throws when it is refused. */
export async function createJob(
  environment: Environment,
  { accessToken: token }: User,
  tool: string,
  input: Record<string, unknown>,
  metadata?: Record<string, unknown>,
): Promise<Job> {
  const body = { tool, input, ...metadata && { metadata } };
  const answer = await callFunction(environment, "jobs", { token, body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer));
  return jobResponse.parse(answer.body).job;
}

/** Waits until what the user is told of a job `is` so, 20 s at most. */
export async function jobWhen(
  environment: Environment,
  { accessToken: token }: User,
  id: string,
  is: (job: Job) => boolean,
  what: string,
): Promise<Job> {
  return await eventually(async () => {
    const { body } = await callFunction(environment, `jobs/${id}`, { method: "GET", token });
    const { job } = jobResponse.parse(body);
    return is(job) ? job : undefined;
  }, { what, timeoutMs: 20_000 });
}

/** Creates a job of `tool` as the user and waits for its end; throws when it is refused or has none within 20 s. */
export async function runJob(
  environment: Environment,
  user: User,
  tool: string,
  input: Record<string, unknown>,
): Promise<Job> {
  const { id } = await createJob(environment, user, tool, input);
  return await jobWhen(
    environment,
    user,
    id,
    ({ status }) => isTerminal(status),
    `the end of a job of ${tool}`,
  );
}
