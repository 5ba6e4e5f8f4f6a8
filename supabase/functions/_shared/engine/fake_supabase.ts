/** For tests of the functions: a Supabase project that answers as it is told, without a database behind it. */
import { VERSION } from "../../../../shared/version.ts";
import { type FakeServer, fakeServer, jsonOf, type Recorded } from "../runtime/fake_runtime.ts";
import { answerListing } from "./fake_listing.ts";
import { type FakeUploads, fakeUploads } from "./fake_uploads.ts";

/** What a function of the engine answers: a JSON value, a Response (an error), or what to make of its arguments. */
export type EngineAnswer =
  | Response
  | Record<string, unknown>
  | unknown[]
  | string
  | number
  | boolean
  | null
  | ((args: Record<string, unknown>) => unknown);

/** The Data API's schema `worker` and Storage, without a database behind them. */
export interface FakeSupabase extends FakeServer {
  /** Calls of the engine's functions, oldest first. */
  calls: { name: string; args: Record<string, unknown> }[];
  /** The arguments of the calls of one function. */
  callsOf(name: string): Record<string, unknown>[];
  /** The names of the functions that were called, oldest first. */
  called(): string[];
  /** Retry class and code of the failures that were told. */
  failures(): [unknown, unknown][];
  /** How functions answer from now on, instead of as when all goes well. */
  answers: Record<string, EngineAnswer>;
  /** Resumable uploads. */
  uploads: FakeUploads;
  /** Files in Storage by `<bucket>/<path>`. */
  files: Map<string, { bytes: Uint8Array<ArrayBuffer>; contentType: string }>;
  /** The settings in the rows of `public.tools`, by tool. */
  tools: Record<string, Record<string, unknown>>;
  /** What any question for a table is answered with, by table: rows, or what to make of it; none for one that is not here. */
  rows: Record<string, unknown[] | ((request: Recorded) => Response)>;
  /** What Storage answers to a plain upload, where it is not to be taken. */
  putAnswer: (() => Response | undefined) | undefined;
  /** What is answered to a question for the buckets; without it: none. */
  bucketsAnswer: (() => Response) | undefined;
  /** What is answered to whatever else is asked, where it is not 404. */
  other: (request: Recorded) => Response | undefined;
  /** Storage signs nothing: it answers 500, or not at all. */
  storageIsDown: boolean | "silent";
  /** Forgets calls, answers, files, tools and rows; Storage is up. */
  reset(): void;
}

const WHEN_ALL_GOES_WELL: Readonly<Record<string, EngineAnswer>> = {
  esteira_version: VERSION,
  seen: VERSION,
  lanes: ["runninghub"],
  receive: [],
  receive_settlements: [],
  receive_cancels: [],
  checkpoint: true,
  webhook_refused: true,
  none_found: 1,
  other_task: null,
  submitted: "processing",
  produced: "produced",
  complete: "completed",
  attempt_failed: "failed",
  hand_over: ({ p_handed }) => p_handed,
  submit_unknown: "failed",
  cost_noted: null,
  deadline_passed: "failed",
  output_refused: "failed",
  cancel_noted: null,
  task_over: true,
  provider_down: false,
  provider_up: null,
  next_look: null,
  wake: null,
  receive_doomed_files: [],
  doomed_files_deleted: null,
  owned_files: [],
  receive_forgets: [],
  receive_renewals: [],
  receive_revocations: [],
  task_forgotten: true,
  claim: [],
  publication_step: true,
  commit_publication: { verdict: "commit" },
  committed: "processing",
  published: "completed",
  publication_failed: "failed",
  platform_down: false,
  platform_up: null,
  media_claim: { verdict: "claimed" },
  media_stored: ({ p_key }) => p_key,
  webhook_account: { settings: {}, webhook_secret: null },
  defer: null,
  acknowledge: null,
};

/**
 * Starts a project and points the environment at it. Once for a test file, at its top: the admin client keeps the
 * address that it saw first.
 */
export function fakeSupabase(): FakeSupabase {
  const calls: FakeSupabase["calls"] = [];
  const files: FakeSupabase["files"] = new Map();
  const silence: ((value?: unknown) => void)[] = [];
  const uploads = fakeUploads((path, file) => files.set(path, file));
  const server = fakeServer(async (request) => {
    if (request.path.startsWith("/storage/v1/upload/resumable")) return uploads.answer(request);
    const engine = request.path.match(/^\/rest\/v1\/rpc\/(\w+)$/)?.[1];
    if (engine) return await answerEngine(engine, jsonOf(request));
    const listed = answerListing(files, request);
    if (listed) return listed;
    if (request.path === "/storage/v1/object/copy") return copy(request);
    const signed = request.path.match(/^\/storage\/v1\/object\/sign\/(.+)$/)?.[1];
    if (signed) return await sign(request, signed);
    if (request.path === "/storage/v1/bucket") return project.bucketsAnswer?.() ?? Response.json([]);
    const table = request.path.match(/^\/rest\/v1\/(\w+)$/)?.[1];
    const rows = table === undefined ? undefined : project.rows[table];
    if (rows) return typeof rows === "function" ? rows(request) : Response.json(rows);
    if (table === "tools") return answerTools(request);
    const place = request.path.match(/^\/storage\/v1(\/object\/upload\/sign\/.+)$/)?.[1];
    if (place) return Response.json({ url: `${place}?token=t` });
    const file = request.path.match(
      /^\/storage\/v1\/object\/(?:authenticated\/)?(info\/)?((?:inputs|outputs|handed)\/.+)$/,
    );
    return file
      ? answerStorage(request, file[2] ?? "", file[1] !== undefined)
      : project.other(request) ?? Response.json({}, { status: 404 });
  });

  /** As worker.report_many: each call as if it were made alone. */
  async function answerTogether(
    reports: { call: string; args: Record<string, unknown> }[],
  ): Promise<Response> {
    return Response.json(
      await Promise.all(reports.map(async ({ call, args }) => {
        const answer = await answerEngine(call, args);
        const body = await answer.json();
        return answer.ok ? { data: body } : { error: body };
      })),
    );
  }

  async function answerEngine(name: string, args: Record<string, unknown>): Promise<Response> {
    if (name === "report_many" && !("report_many" in project.answers)) {
      return await answerTogether(args.p_reports as Parameters<typeof answerTogether>[0]);
    }
    // Once in a process, by whichever test comes first: no calls that a test is about.
    if (name !== "esteira_version" && name !== "seen") calls.push({ name, args });
    const answer = name in project.answers ? project.answers[name] : WHEN_ALL_GOES_WELL[name];
    if (answer === undefined) {
      return Response.json({ message: `no answer for ${name}` }, { status: 404 });
    }
    const value = typeof answer === "function" ? await answer(args) : answer;
    return value instanceof Response ? value.clone() : Response.json(value ?? null);
  }

  function answerTools({ query }: Recorded): Response {
    const settings = project.tools[query.get("tool")?.replace(/^eq\./, "") ?? ""];
    return Response.json(settings ? [{ settings }] : []);
  }

  function answerStorage({ method, bytes, headers }: Recorded, name: string, isInfo: boolean): Response {
    if (method === "POST") {
      const answer = project.putAnswer?.();
      if (answer) return answer;
      files.set(name, { bytes, contentType: headers.get("content-type") ?? "" });
      return Response.json({ Id: crypto.randomUUID(), Key: name });
    }
    if (project.storageIsDown) return Response.json({ message: "out of order" }, { status: 500 });
    const file = files.get(name);
    if (!file) {
      return Response.json({ code: "NoSuchKey", message: "Object not found" }, { status: 404 });
    }
    if (!isInfo) return part(file.bytes, headers.get("range"));
    return Response.json({ name, size: file.bytes.length, content_type: file.contentType });
  }

  /** Storage over S3 has no words for a part of nothing. */
  function part(bytes: Uint8Array<ArrayBuffer>, range: string | null): Response {
    const [, first, last] = range?.match(/^bytes=(\d+)-(\d+)$/) ?? [];
    if (last === undefined) return new Response(bytes);
    if (bytes.length === 0) return Response.json({ message: "no such range" }, { status: 500 });
    const from = Number(first);
    const some = bytes.subarray(from, Number(last) + 1);
    const headers = { "content-range": `bytes ${from}-${from + some.length - 1}/${bytes.length}` };
    return new Response(some, { status: 206, headers });
  }

  function copy(request: Recorded): Response {
    const { bucketId, sourceKey, destinationBucket, destinationKey } = jsonOf(request);
    if (project.storageIsDown) return Response.json({ message: "out of order" }, { status: 500 });
    const file = files.get(`${bucketId}/${sourceKey}`);
    if (!file) {
      return Response.json({ statusCode: "404", code: "NoSuchKey", message: "gone" }, { status: 400 });
    }
    files.set(`${destinationBucket ?? bucketId}/${destinationKey}`, { ...file });
    return Response.json({ Key: `${destinationBucket ?? bucketId}/${destinationKey}` });
  }

  async function sign({ bytes }: Recorded, name: string): Promise<Response> {
    if (project.storageIsDown === "silent") await new Promise((resolve) => silence.push(resolve));
    const paths: unknown = JSON.parse(new TextDecoder().decode(bytes)).paths;
    if (!Array.isArray(paths)) return signFile(name);
    if (project.storageIsDown) return Response.json({ message: "out of order" }, { status: 500 });
    return Response.json(
      paths.map((path) =>
        files.has(`${name}/${path}`)
          ? { error: null, path, signedURL: `/object/sign/${name}/${path}?token=t` }
          : {
            error: "Either the object does not exist or you do not have access to it",
            path,
            signedURL: null,
          }
      ),
    );
  }

  function signFile(name: string): Response {
    if (project.storageIsDown) return Response.json({ message: "out of order" }, { status: 500 });
    if (files.has(name)) return Response.json({ signedURL: `/object/signed/${name}` });
    return Response.json({ code: "NoSuchKey", message: "Object not found" }, { status: 404 });
  }

  const project: FakeSupabase = {
    ...server,
    calls,
    callsOf: (name) => calls.filter((call) => call.name === name).map(({ args }) => args),
    called: () => calls.map(({ name }) => name),
    failures: () => project.callsOf("attempt_failed").map((args) => [args.p_retry_class, args.p_error_code]),
    answers: {},
    uploads,
    files,
    tools: {},
    rows: {},
    putAnswer: undefined,
    bucketsAnswer: undefined,
    other: () => undefined,
    storageIsDown: false,
    reset: () => {
      calls.length = 0;
      project.requests.length = 0;
      project.answers = {};
      files.clear();
      uploads.underWay.clear();
      uploads.trouble = undefined;
      project.putAnswer = undefined;
      project.bucketsAnswer = undefined;
      project.other = () => undefined;
      project.tools = {};
      project.rows = {};
      for (const speak of silence.splice(0)) speak();
      project.storageIsDown = false;
    },
  };
  Deno.env.set("SUPABASE_URL", project.url);
  Deno.env.set("SUPABASE_SECRET_KEYS", JSON.stringify({ default: "sb_secret_test" }));
  Deno.env.set("SUPABASE_PUBLISHABLE_KEYS", JSON.stringify({ default: "sb_publishable_test" }));
  Deno.env.delete("ESTEIRA_PUBLIC_URL");
  Deno.env.set("ESTEIRA_RESULT_HOSTS", "127.0.0.1"); // where fake providers keep their results
  Deno.test.beforeEach(() => project.reset());
  Deno.test.afterAll(async () => await project[Symbol.asyncDispose]());
  return project;
}

/** A refusal as private.refuse raises it and PostgREST hands it on. */
export function refusal(status: number, code: string, message: string, hint: string | null = null): Response {
  return Response.json({ code: `PT${status}`, details: code, hint, message }, { status });
}

/** An error of the database that nobody foresaw. */
export function databaseError(message = "deadlock detected"): Response {
  return Response.json({ code: "40P01", details: null, hint: null, message }, { status: 500 });
}
