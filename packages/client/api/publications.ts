/** Publishing to social platforms. The request and its answer are document 003's, word for word. */
import type {
  EnqueueRequest,
  EnqueueResponse,
  PreflightResponse,
} from "../../../shared/requests/requests_publications.ts";
import type { PublicationsPage } from "../../../shared/requests/requests_publications.ts";
import type { Publication } from "../../../shared/rows/publication.ts";
import type { PlatformName, Resolution } from "../../../shared/words/platforms.ts";
import type { JobStatus } from "../../../shared/words/statuses.ts";
import type { Store } from "../store/store.ts";
import type { Loaded } from "./job.ts";

/** What is published, where, and when. */
export interface PublishRequest extends Omit<EnqueueRequest, "dryRun" | "scheduledFor"> {
  /** Not before this time: ISO 8601 or a Date. Text without an offset is of `timeZone`. */
  scheduledFor?: string | Date;
}

export interface PublicationFilter {
  /** Those that were enqueued together. */
  readonly group?: string;
  readonly platform?: PlatformName;
  readonly status?: readonly JobStatus[];
  /** How many to begin with. Default 20, at most 100. */
  readonly limit?: number;
}

export interface PublicationsSnapshot {
  /** Of a filter newest first; of ids in their order, without those that are not there. */
  readonly publications: readonly Publication[];
  /** Whether there are older ones: `more()` loads them. */
  readonly hasMore: boolean;
}
export interface PublicationsStore extends Store<Loaded<PublicationsSnapshot>> {
  /** Loads the next page; resolves when it is there. */
  more(): Promise<void>;
}

export interface Publications {
  /**
   * Enqueues one job an option. What cannot be enqueued is told in `data.rejected`, option by option; the others go on.
   * Rejects with the EsteiraError of the first where none is left. One intent, one key: as with jobs, a request whose
   * answer was lost is sent again and finds the same publications.
   */
  enqueue(request: PublishRequest): Promise<EnqueueResponse>;
  /** Looks at all of it, media too, as it would be published now; charges and enqueues nothing. */
  preflight(request: PublishRequest): Promise<PreflightResponse>;
  list(filter?: PublicationFilter & { cursor?: string }): Promise<PublicationsPage>;
  get(id: string): Promise<Publication>;
  /** Publications, live while somebody listens: those of these ids, or of a filter. The same store for the same wish. */
  watch(of?: readonly string[] | PublicationFilter): PublicationsStore;
  /** Until its commit; after that it rejects with `job_finishing`. */
  cancel(id: string): Promise<Publication>;
  /** Does a failed or cancelled one again, as a new one. One whose outcome is unknown has to be resolved first. */
  retry(id: string): Promise<Publication>;
  /** Somebody has looked at the platform: a publication whose outcome is unknown is there, or it is not. */
  resolve(id: string, resolved: Resolution, reason?: string): Promise<Publication>;
}
