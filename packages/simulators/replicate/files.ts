/** Files that clients upload, and that predictions are then given by their addresses (replicate.md#files). */
import type { Context, Hono } from "hono";
import { MultipartError } from "@esteira/multipart";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import type { UploadStore } from "../kit/upload_store.ts";
import { lettersAndDigits } from "./ids.ts";
import { notFound, problem } from "./problem.ts";

/** The largest file, as its documentation has it. */
const MAX_BYTES = 100 * 1024 * 1024;
/** How long files are kept: as long as the inputs of predictions are (replicate.md#limits). */
const LIFE_MS = 60 * 60_000;

/** What is told of a file. */
type Shown = Record<string, unknown> & { id: string };

/** Lets whoever has the key in, to the account of that key. */
export type Answering = (
  c: Context,
  endpoint: string,
  texts: readonly string[],
  answer: (key: string) => Response | Promise<Response>,
) => Promise<Response>;

/** The files of one simulator. */
export class ReplicateFiles {
  readonly #shown = new Map<string, { account: string; shown: Shown }>();

  constructor(private readonly uploads: UploadStore) {}

  /** Where what an address names can be had: of a file of ours that is on disk, elsewhere at the address itself. */
  placeOf(baseUrl: string, url: string): string {
    const prefix = `${baseUrl}/v1/files/`;
    const file = url.startsWith(prefix) ? this.uploads.get(url.slice(prefix.length)) : undefined;
    return file ? new URL(`file://${file.path}`).href : url;
  }

  /** Adds the endpoints to `app`. */
  addRoutes(app: Hono, baseUrl: string, answering: Answering): void {
    app.post(
      "/v1/files",
      (c) => answering(c, "upload", [], (account) => this.#receive(c.req.raw, baseUrl, account)),
    );
    app.get(
      "/v1/files",
      (c) =>
        answering(c, "files", [], (account) => {
          const own = [...this.#shown.values()].filter((file) => file.account === account).toReversed();
          return c.json({ next: null, previous: null, results: own.map(({ shown }) => shown) });
        }),
    );
    app.get("/v1/files/:id", (c) =>
      answering(c, "files", [], (account) => {
        const shown = this.#of(account, c.req.param("id"));
        return shown ? c.json(shown) : notFound();
      }));
    app.delete("/v1/files/:id", (c) =>
      answering(c, "files", [], async (account) => {
        const shown = this.#of(account, c.req.param("id"));
        if (!shown) return notFound();
        this.#shown.delete(shown.id);
        await this.uploads.forget(shown.id);
        return c.body(null, 204);
      }));
  }

  #of(account: string, id: string): Shown | undefined {
    const file = this.#shown.get(id);
    return file?.account === account ? file.shown : undefined;
  }

  async #receive(request: Request, baseUrl: string, account: string): Promise<Response> {
    try {
      const { file, fields } = await this.uploads.receive(request, MAX_BYTES, "content");
      const metadata = parsed(fields.get("metadata") ?? "{}");
      if (typeof file === "object" && metadata !== undefined) {
        return Response.json(await this.#keep(file, { baseUrl, account, metadata }), { status: 201 });
      }
      if (typeof file === "object") await this.uploads.discard(file);
      if (file === "too_large") return problem(413, "Payload too large", "The file is too large.");
    } catch (error) {
      if (!(error instanceof MultipartError)) throw error;
    }
    return problem(422, "Input validation failed", "- content is required\n");
  }

  async #keep(
    file: ReceivedFile,
    { baseUrl, account, metadata }: { baseUrl: string; account: string; metadata: unknown },
  ): Promise<Shown> {
    const id = lettersAndDigits(26);
    const now = Date.now();
    await this.uploads.keep(id, file);
    const shown: Shown = {
      id,
      name: file.originalName,
      content_type: file.contentType ?? "application/octet-stream",
      size: file.bytes,
      etag: file.sha256.slice(0, 32),
      checksums: { sha256: file.sha256 },
      metadata,
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + LIFE_MS).toISOString(),
      urls: { get: `${baseUrl}/v1/files/${id}` },
    };
    this.#shown.set(id, { account, shown });
    return shown;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
