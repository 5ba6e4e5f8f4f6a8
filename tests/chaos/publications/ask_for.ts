/** Asking for a publication, as an app does by the function, or as its server does in SQL. */
import type { EnqueueResponse } from "../../../shared/requests/requests_publications.ts";
import { callFunction } from "../../world/api.ts";
import type { Environment } from "../../world/environment.ts";
import { publishInSql, type UploadedFile, uploadFile } from "../../world/publishing.ts";
import { untilItWorks } from "../patience.ts";
import type { Customer } from "./customers.ts";
import type { Planned } from "./plan.ts";

/** Uploads its files and asks for a publication until it is there; it is one, however often it takes. Returns its job. */
export async function askFor(
  environment: Environment,
  customer: Customer,
  one: Planned,
  key: string,
): Promise<string> {
  const files = await Promise.all(
    one.files.map((file) => untilItWorks("an upload", () => uploadFile(customer.user, file))),
  );
  const ask = one.isByFunction ? byFunction : inSql;
  return await untilItWorks("a create", () => ask(environment, customer, one, files, key));
}

async function inSql(
  environment: Environment,
  { user, connections }: Customer,
  { scenario: { name, option, settings }, platform, caption }: Planned,
  files: readonly UploadedFile[],
  key: string,
): Promise<string> {
  return await publishInSql(environment, user, option, {
    connectionId: connections.get(platform) ?? "",
    caption,
    files,
    key,
    settings,
    metadata: { scenario: `${option}/${name}` },
  });
}

async function byFunction(
  environment: Environment,
  { user: { accessToken: token }, connections }: Customer,
  { scenario: { name, option, settings }, platform, caption }: Planned,
  files: readonly UploadedFile[],
  key: string,
): Promise<string> {
  const answer = await callFunction(environment, "publications/enqueue", {
    token,
    body: {
      selectedOptions: [option],
      mediaFiles: files.map(({ path, type, bytes }, n) => ({ name: `file-${n}`, size: bytes, type, path })),
      captions: { universal: caption },
      ...Object.keys(settings).length > 0 ? { settings: { [option]: settings } } : {},
      connections: { [option]: connections.get(platform) },
      idempotencyKey: key,
      metadata: { scenario: `${option}/${name}` },
    },
  });
  const [job] = answer.status === 200 ? (answer.body as EnqueueResponse).data.jobs : [];
  if (!job) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return job.job_id;
}
