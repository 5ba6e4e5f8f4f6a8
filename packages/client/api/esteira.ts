/** The client's whole surface. `createEsteira` makes it; the hooks and components of `./react` stand on it alone. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { CreditsPage } from "../../../shared/requests/lists.ts";
import type { JobStatus } from "../../../shared/words/statuses.ts";
import type { Model } from "../../../shared/rows/model.ts";
import type { ProjectContent } from "../../../shared/rows/node_results.ts";
import type { Tool } from "../../../shared/rows/tool.ts";
import type { Store } from "../store/store.ts";
import type { LiveConnection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import type { ClientJob, JobHandle, JobStore, Loaded, Position, QueueStore } from "./job.ts";
import type { Publications } from "./publications.ts";
import type { InputOf, ToolName } from "./tools.ts";
import type { Upload, UploadOptions } from "./upload.ts";

/** Where log lines go, `console` for one. Left out: nowhere. */
export interface Logger {
  debug(message: string, details?: unknown): void;
  warn(message: string, details?: unknown): void;
  error(message: string, details?: unknown): void;
}

export interface EsteiraOptions {
  /** What brings changes live. Default: `socket`. */
  transport?: "socket" | "sse";
  /** Whether the tabs of a browser share one connection. Default: true where the browser can. */
  shareTabs?: boolean;
  /** Whether to tell the project how late changes were learned. Default: true. */
  reportDelivery?: boolean;
  logger?: Logger;
}

export interface CreateOptions {
  /** Kept with the job and given back; `{projectId, nodeId}` ties it to a project's node. */
  metadata?: Record<string, unknown>;
  /** One intent, one key. Left out: made before the first try, and kept through all of them. */
  idempotencyKey?: string;
  /** Not before this time: ISO 8601 or a Date. */
  runAt?: string | Date;
  /** Higher goes first; users may ask for less than the tool's own. */
  priority?: number;
}

export interface JobFilter {
  readonly status?: readonly JobStatus[];
  readonly tool?: string;
  /** How many to begin with. Default 20, at most 100. */
  readonly limit?: number;
}

export interface Jobs {
  /** Creates a job. The handle is there at once, and so is the job in every queue it belongs to. */
  create<T extends ToolName>(tool: T, input: InputOf<T>, options?: CreateOptions): JobHandle<T>;
  /** Creates up to 1,000 jobs, all or none; handles in the order of `wishes`. */
  createMany<T extends ToolName>(
    wishes: readonly ({ tool: T; input: InputOf<T> } & CreateOptions)[],
  ): readonly JobHandle<T>[];
  cancel(id: string): Promise<ClientJob>;
  /** Does a failed or cancelled job again, as a new job. Asked twice, the answer is the same job. */
  retry(id: string): Promise<JobHandle>;
  get(id: string): Promise<ClientJob>;
  list(
    filter?: JobFilter & { cursor?: string },
  ): Promise<{ jobs: readonly ClientJob[]; nextCursor: string | null }>;
  /** The job's place, live while somebody listens: counted down from the lane's clocks. */
  position(id: string): Store<Position | null>;
  /** One job, live while somebody listens. `T` is taken on trust. */
  watch<T extends ToolName = ToolName>(id: string): JobStore<T>;
  /** A handle on a job that is there already. */
  handle<T extends ToolName = ToolName>(id: string): JobHandle<T>;
  /** The user's jobs, live while somebody listens. */
  queue(filter?: JobFilter): QueueStore;
}

export interface ProjectSnapshot<C extends ProjectContent = ProjectContent> {
  readonly id: string;
  readonly name: string | null;
  readonly version: number;
  readonly content: C;
  readonly updatedAt: string;
}

export interface Project<C extends ProjectContent = ProjectContent> {
  /** The project, live while somebody listens: what jobs show on its nodes, and what other tabs save. */
  watch(): Store<Loaded<ProjectSnapshot<C>>>;
  read(): Promise<ProjectSnapshot<C>>;
  /**
   * Saves content (and name). Where jobs have written on a node after what `content` shows of it (`updatedAt`), their results
   * are taken over, and those that land meanwhile too: the save is then done again. What another tab has changed besides
   * results is lost, as the last save wins. `version`: what `content` is based on; say it to clear results on purpose.
   */
  save(content: C, options?: { name?: string; version?: number }): Promise<ProjectSnapshot<C>>;
}

export interface Models {
  /** The user's models, newest first, live while somebody listens. */
  watch(): Store<Loaded<readonly Model[]>>;
  list(): Promise<readonly Model[]>;
}

export interface Credits {
  /** The balance as it is now, and a page of the statement, newest first: 20 entries, `limit` up to 100. */
  (options?: { limit?: number; cursor?: string }): Promise<CreditsPage>;
  /** The balance, live while somebody listens: read anew when a job of the user is charged or refunded. */
  watch(): Store<Loaded<number>>;
}

export interface Esteira {
  readonly supabase: SupabaseClient;
  readonly jobs: Jobs;
  /** A project, by id. The same object for the same id. */
  project<C extends ProjectContent = ProjectContent>(id: string): Project<C>;
  readonly models: Models;
  readonly credits: Credits;
  readonly publications: Publications;
  /** Accounts at social platforms. How the client itself stands with its project is `connection`. */
  readonly connections: Connections;
  /** The enabled tools; read once, and again on `tools({ fresh: true })`. */
  tools(options?: { fresh?: boolean }): Promise<readonly Tool[]>;
  /** Uploads a file to where a job's input may name it (`path`). */
  upload(file: Blob, options?: UploadOptions): Upload;
  readonly connection: LiveConnection;
  /** Where the client's log lines go. */
  readonly logger: Logger;
  /**
   * Hears a private topic while it is held, over the one connection: for topics that the stores do not cover.
   * `event` `*`: all. Returns what ends it.
   */
  listen(
    topic: string,
    event: string,
    onMessage: (message: { event: string; payload: unknown }) => void,
    onState?: (
      state: { status: "SUBSCRIBED" | "CHANNEL_ERROR" | "TIMED_OUT" | "CLOSED"; error?: Error },
    ) => void,
  ): () => void;
  /** Lets go of everything. Stores keep their last snapshot. */
  close(): void;
}
