/** `POST /publications/enqueue`: one publication an option, with whatever can be enqueued; or, with `dryRun`, a look at it all. */
import type { Context } from "hono";
import { enqueueRequest, type EnqueueResponse } from "../../../shared/requests/requests_publications.ts";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import {
  type Enqueued,
  enqueuePublications,
  type PublicationWish,
  readEnqueued,
} from "../_shared/engine/enqueue_publications.ts";
import { readBody } from "../_shared/http/request.ts";
import {
  type Creator,
  creatorOf,
  nobodyThere,
  requireStillThere,
  unwrapFor,
  type UserEnv,
} from "../_shared/http/user.ts";
import { background } from "../_shared/runtime/background.ts";
import { drainLane } from "../_shared/work/drain_later.ts";
import { type CheckedRequest, checkRequest, refusedOf } from "./checked_request.ts";
import { logEnqueued } from "./log_enqueued.ts";
import { preflightOf } from "./preflight.ts";
import { fieldOfRequest, nothingLeft, type Refused } from "./rejected.ts";
import type { Request } from "./wanted.ts";

/** Twenty options with a long caption each. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Answers 200 in the words of document 003; options that cannot be enqueued are told in `rejected`, the others go on.
 * Where none is left, the error of the first is the answer, and nothing is written or charged. The same idempotencyKey and
 * request answer with the same jobs.
 */
export async function enqueue(context: Context<UserEnv>): Promise<Response> {
  const request = await readBody(context, enqueueRequest, { maxBytes: MAX_BYTES });
  const creator = creatorOf(context, request.userId);
  if (!creator.isServer) await requireStillThere(context);
  const checked = await checkRequest(creator.userId, request, { isDry: request.dryRun });
  if (request.dryRun) return context.json(await preflightOf(creator.userId, request, checked));

  const { jobs, refused } = await create(creator, request, checked);
  if (jobs.length === 0) throw nothingLeft(refused.map(({ rejection }) => rejection));
  logEnqueued(jobs, request.selectedOptions);
  background("drain", drainLane("publication"));
  return context.json(
    {
      success: true,
      message: `Successfully enqueued ${jobs.length} publication job(s)`,
      data: {
        jobs: jobs.map(({ n, job }) => ({
          job_id: job.id,
          platform: request.selectedOptions[n] ?? "",
          status: job.status,
        })),
        totalEnqueued: jobs.length,
        totalRequested: request.selectedOptions.length,
        groupId: checked.groupId,
        rejected: refused.map(({ rejection }) => rejection),
      },
    } satisfies EnqueueResponse,
  );
}

async function create(
  creator: Creator,
  request: Request,
  checked: CheckedRequest,
): Promise<{ jobs: Enqueued["jobs"]; refused: Refused[] }> {
  const refused = refusedOf(checked);
  const wishes = wishesOf(request, checked);
  const { media } = checked;
  if (wishes.length === 0) {
    media.discard();
    return { jobs: [], refused };
  }
  const answer = await enqueuePublications({ ...creator, wishes, handed: media.handed });
  // Where the database has not answered, it may have created the jobs: then the sweep decides.
  if (answer.error && /^[0-9A-Z]{5}$/.test(answer.error.code ?? "")) media.discard();
  const { jobs, rejected } = readEnqueued(created(creator, answer));
  if (!jobs.some((one) => one.is_new)) media.discard();
  const told = rejected.map(({ n, code, message, field, details }) => ({
    n,
    rejection: {
      platform: request.selectedOptions[n] ?? "",
      code,
      field: fieldOfRequest(field, n),
      message,
      ...details ? { details } : {},
    },
  }));
  return { jobs, refused: [...refused, ...told].toSorted((a, b) => a.n - b.n) };
}

/** What is asked of the database: the options with which nothing is wrong. */
function wishesOf(request: Request, { options }: CheckedRequest): PublicationWish[] {
  return options.filter(({ issues }) => issues.length === 0).map((
    { wanted: { n, option, key }, content },
  ) => ({
    n,
    tool: option,
    input: content,
    metadata: request.metadata,
    priority: request.priority ?? null,
    run_at: content.scheduledFor ?? null,
    idempotency_key: key,
  }));
}

/** Unwraps. A server may have named a user that there is not. */
function created(creator: Creator, answer: Awaited<ReturnType<typeof enqueuePublications>>): unknown {
  const { error } = answer;
  if (error?.code === "23503" && error.message.includes("user_id")) {
    throw creator.isServer ? new EsteiraError("user_not_found", "There is no such user.") : nobodyThere();
  }
  return unwrapFor(creator, answer);
}
