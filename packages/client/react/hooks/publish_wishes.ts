/**
 * One intent, one publication: files go up once, and what is asked for again after the network failed has the key that it
 * had before.
 */
import type {
  EnqueueResponse,
  PreflightResponse,
} from "../../../../shared/requests/requests_publications.ts";
import type { MediaFile } from "../../../../shared/publishing/content.ts";
import type { Esteira } from "../../api/esteira.ts";
import type { PublishRequest } from "../../api/publications.ts";
import { createStore, type Store } from "../../store/store.ts";
import { DOUBLE_CLICK_MS } from "./intents.ts";
import { newKey } from "./new_key.ts";
import { toError } from "./to_error.ts";

/** What is published, with files that lie on this device: they are uploaded first, and come after `mediaFiles`. */
export interface PublishWish extends PublishRequest {
  files?: readonly File[];
}

export interface Publishing {
  readonly phase: "idle" | "uploading" | "checking" | "enqueuing";
  /** Of all files, in percent; null while nothing is uploaded. */
  readonly progress: number | null;
  /** What the last wish came to: which options were enqueued, and which were not. */
  readonly answer: EnqueueResponse | null;
  /** What was found when it was looked at first. */
  readonly preflight: PreflightResponse | null;
  /** Why none of it was enqueued, or looked at. Null when the upload was cancelled. */
  readonly error: Error | null;
}

export interface PublishWishes {
  readonly store: Store<Publishing>;
  publish(wish: PublishWish): Promise<EnqueueResponse | null>;
  check(wish: PublishWish): Promise<PreflightResponse | null>;
  cancel(): void;
  reset(): void;
}

const NOTHING: Publishing = { phase: "idle", progress: null, answer: null, preflight: null, error: null };

/** @param now milliseconds, of a clock that does not jump */
export function createPublishWishes(client: Esteira, now = () => performance.now()): PublishWishes {
  const store = createStore<Publishing>(NOTHING);
  const uploaded = uploadedBy(client);
  let upload: AbortController | null = null;
  /** What was meant last; its key is kept until the server has it. */
  let last:
    | { said: string; key: string; madeAt: number | null; answer: Promise<EnqueueResponse | null> }
    | null = null;
  let life = 0;

  async function withMedia({ files = [], ...request }: PublishWish): Promise<PublishRequest> {
    const mediaFiles: MediaFile[] = [...request.mediaFiles ?? []];
    const total = files.reduce((bytes, { size }) => bytes + size, 0) || 1;
    let done = 0;
    const mine = upload = new AbortController();
    const tell = (sent: number) =>
      store.set({
        ...store.getSnapshot(),
        phase: "uploading",
        progress: Math.floor((done + sent) / total * 100),
      });
    for (const file of files) {
      let path = uploaded.get(file);
      if (path === undefined) {
        tell(0);
        const onProgress = ({ sent }: { sent: number }) => mine === upload && tell(sent);
        ({ path } = await client.upload(file, { signal: mine.signal, onProgress }));
        uploaded.set(file, path);
      }
      done += file.size;
      mediaFiles.push({ name: file.name, size: file.size, type: file.type, path });
    }
    return { ...request, ...mediaFiles.length > 0 && { mediaFiles } };
  }

  async function run<R>(
    phase: "checking" | "enqueuing",
    wish: PublishWish,
    ask: (request: PublishRequest) => Promise<R>,
    shown: (answer: R) => Partial<Publishing>,
  ): Promise<R | null> {
    const mine = ++life;
    store.set({ ...NOTHING, phase });
    try {
      const request = await withMedia(wish);
      if (mine === life) store.set({ ...store.getSnapshot(), phase, progress: null });
      const answer = await ask(request);
      if (mine === life) store.set({ ...NOTHING, ...shown(answer) });
      return answer;
    } catch (error) {
      // They may have been somebody else's, or be gone by now: then they go up again.
      if (isOfFiles(error)) wish.files?.forEach((file) => uploaded.delete(file));
      if (mine === life) store.set({ ...NOTHING, error: toError(error) });
      return null;
    }
  }

  function publish(wish: PublishWish): Promise<EnqueueResponse | null> {
    const said = saidBy(wish);
    const { phase, error } = store.getSnapshot();
    if (last?.said === said) {
      const isDone = last.madeAt !== null;
      if (!isDone && phase !== "idle") return last.answer;
      if (isDone && now() - (last.madeAt ?? 0) < DOUBLE_CLICK_MS) return last.answer;
    }
    const isRetry = last?.said === said && last.madeAt === null && error !== null;
    const key = wish.idempotencyKey ?? (isRetry && last ? last.key : newKey());
    const answer = run(
      "enqueuing",
      wish,
      (request) => client.publications.enqueue({ ...request, idempotencyKey: key }),
      (answer) => ({ answer }),
    );
    const mine = last = { said, key, madeAt: null as number | null, answer };
    answer.then((it) => {
      if (it) mine.madeAt = now();
    });
    return answer;
  }

  function cancel(): void {
    const { phase } = store.getSnapshot();
    if (phase !== "uploading") return; // what the server has been asked for goes on
    life++;
    upload?.abort();
    store.set(NOTHING);
  }

  return {
    store,
    publish,
    check: (wish) =>
      run(
        "checking",
        wish,
        (request) => client.publications.preflight(request),
        (preflight) => ({ preflight }),
      ),
    cancel,
    reset() {
      cancel();
      life++;
      last = null;
      store.set(NOTHING);
    },
  };
}

/** Where files lie that went up already: for looking first, say. */
const paths = new WeakMap<Esteira, WeakMap<File, string>>();

function uploadedBy(client: Esteira): WeakMap<File, string> {
  const known = paths.get(client) ?? new WeakMap<File, string>();
  paths.set(client, known);
  return known;
}

function isOfFiles(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return code === "file_not_found" || code === "media_missing" || code === "forbidden";
}

function saidBy({ files = [], ...request }: PublishWish): string {
  return JSON.stringify([
    request,
    files.map(({ name, size, type, lastModified }) => [name, size, type, lastModified]),
  ]);
}
