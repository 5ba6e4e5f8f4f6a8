/** A client without a project behind it: each store is written by the test, each call remembered. */
import type { Connection } from "../api/connection.ts";
import type { Connections } from "../api/connections.ts";
import type { CreateOptions, Esteira, JobFilter, ProjectSnapshot } from "../api/esteira.ts";
import type { ClientJob, JobHandle, Loaded, Position, QueueSnapshot } from "../api/job.ts";
import type { PublicationFilter, Publications, PublicationsSnapshot } from "../api/publications.ts";
import type { UploadOptions, UploadProgress } from "../api/upload.ts";
import type { Connection as PlatformConnection, ShownConnection } from "../../../shared/rows/connection.ts";
import type { Model } from "../../../shared/rows/model.ts";
import type { Publication } from "../../../shared/rows/publication.ts";
import type { Tool } from "../../../shared/rows/tool.ts";
import type { PlatformName } from "../../../shared/words/platforms.ts";
import { createStore, type WritableStore } from "../store/store.ts";
import { aConnection, aCreator, aPublication } from "../testing/publications_fixture.ts";
import { aJob } from "./jobs_fixture.ts";

const LOADING = { state: "loading", data: null, error: null } as const;
export const ready = <T>(data: T): Loaded<T> => ({ state: "ready", data, error: null });
export const failed = (error: Error): Loaded<never> => ({ state: "failed", data: null, error });

/** A create as the test sees it: it decides what the server answers. */
export interface FakeCreate {
  tool: string;
  input: unknown;
  options: CreateOptions;
  handle: JobHandle;
  /** The server has the job. */
  confirm(id?: string): void;
  refuse(error: Error): void;
  show(change: Partial<ClientJob>): void;
  complete(job: ClientJob): void;
  fail(error: Error): void;
}

export interface FakeUpload {
  file: Blob;
  options: UploadOptions;
  progress(sent: number): void;
  resolve(path: string): void;
  reject(error: Error): void;
}

export interface FakeListen {
  topic: string;
  event: string;
  message(payload: unknown): void;
  state: NonNullable<Parameters<Esteira["listen"]>[3]>;
}

/** How many listen to each store, by what it shows: `job:1`, `queue`, `connection`, … */
export type Listeners = ReadonlyMap<string, number>;

export type Fake = ReturnType<typeof fakeEsteira>;

export function fakeEsteira({ supabase, tools = [] }: { supabase?: unknown; tools?: Tool[] } = {}) {
  const listening = new Map<string, number>();
  const stores = new Map<string, WritableStore<unknown>>();
  /** The one store of a name; who asks twice gets the same. */
  function storeOf<T>(name: string, initial: T): WritableStore<T> {
    const known = stores.get(name);
    if (known) return known as WritableStore<T>;
    const store = createStore(initial, { server: initial });
    const counted: WritableStore<T> = {
      ...store,
      subscribe(listener) {
        listening.set(name, (listening.get(name) ?? 0) + 1);
        const end = store.subscribe(listener);
        let isOver = false;
        return () => {
          if (isOver) return;
          isOver = true;
          listening.set(name, (listening.get(name) ?? 0) - 1);
          end();
        };
      },
    };
    stores.set(name, counted as WritableStore<unknown>);
    return counted;
  }

  const calls: { name: string; args: unknown[] }[] = [];
  const called = (name: string, ...args: unknown[]) => void calls.push({ name, args });
  const lines: { level: string; message: string; details: unknown }[] = [];
  const log = (level: string) => (message: string, details?: unknown) =>
    void lines.push({ level, message, details });
  const creates: FakeCreate[] = [];
  const uploads: FakeUpload[] = [];
  const listens: FakeListen[] = [];
  const answers: {
    get: (id: string) => Promise<ClientJob>;
    cancel: (id: string) => Promise<ClientJob>;
    retry: (id: string) => Promise<JobHandle>;
    enqueue: Publications["enqueue"];
    preflight: Publications["preflight"];
    publication: (id: string) => Promise<Publication>;
    start: (platform: PlatformName) => ReturnType<Connections["start"]>;
    choices: Connections["choices"];
    connection: (id: string) => Promise<PlatformConnection>;
    creator: Connections["creator"];
  } = {
    get: (id) => Promise.resolve(aJob({ id })),
    cancel: (id) => Promise.resolve(aJob({ id, status: "cancelled", current_step: "cancelled" })),
    retry: () => Promise.resolve(handleOf(aJob())),
    enqueue: () => Promise.reject(new Error("not faked")),
    preflight: () => Promise.reject(new Error("not faked")),
    publication: (id) => Promise.resolve(aPublication({ id })),
    start: (platform) =>
      Promise.resolve({
        url: `https://${platform}.example/authorize`,
        expiresAt: "2026-11-26T12:10:00.000Z",
      }),
    choices: () => Promise.resolve({ platform: "instagram", accounts: [], nextCursor: null }),
    connection: (id) => Promise.resolve(aConnection({ id })),
    creator: () => Promise.resolve(aCreator()),
  };

  const jobStore = (id: string) => storeOf<Loaded<ClientJob>>(`job:${id}`, LOADING);
  const queueName = (filter?: JobFilter) =>
    `queue${filter && Object.keys(filter).length ? JSON.stringify(filter) : ""}`;
  const queueStore = (filter?: JobFilter) => storeOf<Loaded<QueueSnapshot>>(queueName(filter), LOADING);
  const publicationsStore = (of: readonly string[] | PublicationFilter = {}) =>
    storeOf<Loaded<PublicationsSnapshot>>(`publications${JSON.stringify(of)}`, LOADING);
  const connectionsStore = storeOf<Loaded<readonly ShownConnection[]>>("connections", LOADING);
  const connection = storeOf<Connection>("connection", {
    status: "live",
    since: 0,
    reason: "joined",
    via: "socket",
  });

  function handleOf(job: ClientJob): JobHandle {
    return { ...fakeHandle(job).handle };
  }

  const client: Esteira = {
    supabase: supabase as Esteira["supabase"],
    jobs: {
      create(tool, input, options = {}) {
        const { idempotencyKey: key = `key-${creates.length}` } = options;
        const made = fakeHandle(aJob({ key, id: key, tool, isCreating: true, input: input as never }));
        creates.push({ tool, input, options, ...made });
        return made.handle as never;
      },
      createMany: () => [],
      cancel: (id) => (called("cancel", id), answers.cancel(id)),
      retry: (id) => (called("retry", id), answers.retry(id)),
      get: (id) => (called("get", id), answers.get(id)),
      list: () => Promise.resolve({ jobs: [], nextCursor: null }),
      position: (id) => storeOf<Position | null>(`position:${id}`, null),
      watch: (id) => (called("watch", id), jobStore(id)) as never,
      handle: (id) => handleOf(aJob({ id })) as never,
      queue: (filter) => {
        called("queue", filter);
        return { ...queueStore(filter), more: () => (called("more"), Promise.resolve()) };
      },
    },
    project: (id) =>
      ({
        watch: () => storeOf<Loaded<ProjectSnapshot>>(`project:${id}`, LOADING),
        read: () => Promise.reject(new Error("not faked")),
        save: (...args: unknown[]) => (called("save", ...args), Promise.resolve({})),
      }) as never,
    models: {
      watch: () => storeOf<Loaded<readonly Model[]>>("models", LOADING),
      list: () => Promise.resolve([]),
    },
    publications: {
      enqueue: (request) => (called("enqueue", request), answers.enqueue(request)),
      preflight: (request) => (called("preflight", request), answers.preflight(request)),
      list: () => Promise.resolve({ publications: [], groups: [], nextCursor: null }),
      get: (id) => Promise.resolve(aPublication({ id })),
      watch: (of) => ({ ...publicationsStore(of), more: () => (called("more"), Promise.resolve()) }),
      cancel: (id) => (called("publications.cancel", id), answers.publication(id)),
      retry: (id) => (called("publications.retry", id), answers.publication(id)),
      resolve: (id, ...rest) => (called("publications.resolve", id, ...rest), answers.publication(id)),
    },
    connections: {
      list: () => Promise.resolve([]),
      watch: () => connectionsStore,
      start: (platform, options) => (called("connections.start", platform, options), answers.start(platform)),
      choices: (id, options) => (called("connections.choices", id, options), answers.choices(id, options)),
      choose: (id, externalId) => (called("connections.choose", id, externalId), answers.connection(id)),
      refresh: (id) => (called("connections.refresh", id), answers.connection(id)),
      creator: (id) => (called("connections.creator", id), answers.creator(id)),
      disconnect: (id) => (called("connections.disconnect", id), answers.connection(id)),
    },
    credits: Object.assign(() => Promise.reject(new Error("not faked")), {
      watch: () => storeOf<Loaded<number>>("credits", LOADING),
    }),
    tools: () => (called("tools"), Promise.resolve(tools)),
    upload(file, options = {}) {
      const { promise, resolve, reject } = deferred<{ path: string }>();
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      const progress = createStore<UploadProgress>({ sent: 0, total: file.size });
      uploads.push({
        file,
        options,
        progress: (sent) => options.onProgress?.({ sent, total: file.size }),
        resolve: (path) => resolve({ path }),
        reject,
      });
      return Object.assign(promise, { progress });
    },
    connection: { ...connection, retry: () => called("connection.retry") },
    logger: { debug: log("debug"), warn: log("warn"), error: log("error") },
    listen(topic, event, onMessage, onState) {
      const entry: FakeListen = {
        topic,
        event,
        message: (payload) => onMessage({ event, payload }),
        state: (state) => onState?.(state),
      };
      listens.push(entry);
      return () => void listens.splice(listens.indexOf(entry), 1);
    },
    close: () => called("close"),
  };

  return {
    client,
    answers,
    calls,
    /** Log lines, in order. */
    lines,
    creates,
    uploads,
    /** What is heard just now. */
    listens,
    listeners: listening as Listeners,
    job: jobStore,
    queue: queueStore,
    position: (id: string) => storeOf<Position | null>(`position:${id}`, null),
    project: (id: string) => storeOf<Loaded<ProjectSnapshot>>(`project:${id}`, LOADING),
    models: storeOf<Loaded<readonly Model[]>>("models", LOADING),
    credits: storeOf<Loaded<number>>("credits", LOADING),
    connection,
    publications: publicationsStore,
    connections: connectionsStore,
  };
}

function fakeHandle(first: ClientJob): Omit<FakeCreate, "tool" | "input" | "options"> {
  const store = createStore<Loaded<ClientJob>>(ready(first));
  const created = deferred<ClientJob>();
  const done = deferred<never>();
  for (const { promise } of [created, done]) promise.catch(() => {}); // who waits hears of it
  const job = () => store.getSnapshot().data ?? first;
  const show = (change: Partial<ClientJob>) => store.set(ready({ ...job(), ...change }));
  const handle: JobHandle = {
    ...store,
    key: first.key,
    get id() {
      return job().isCreating ? null : job().id;
    },
    created: created.promise,
    job,
    done: () => done.promise,
    async *[Symbol.asyncIterator]() {
      yield job();
    },
  };
  return {
    handle,
    show,
    confirm(id = `job-of-${first.key}`) {
      show({ id, isCreating: false });
      created.resolve(job());
    },
    refuse: (error) => created.reject(error),
    complete: (job) => {
      store.set(ready(job));
      done.resolve(job as never);
    },
    fail: (error) => done.reject(error),
  };
}

/** `Promise.withResolvers`, which Node 20 has not. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
