/** For tests: a client of a simulator that speaks the Graph API, and a place where media lie that it can fetch. */
import { type LocalServer, serveLocally } from "../kit/http_server.ts";
import { REDIRECT_URI } from "../social/sign_in_fixture.ts";

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** What is known of any of them. */
interface Simulator<Fault> {
  readonly url: string;
  readonly clientId: string;
  misbehave(rule: { fault: Fault }): void;
}

/** A simulator with a client of one account. */
export class GraphClient<Fault, Made extends Simulator<Fault>> {
  token = "";
  readonly #server: LocalServer;

  /** `files`: what can be fetched, by path · `version`: the one that is called. */
  constructor(
    readonly simulator: Made,
    readonly version: string,
    readonly files: Map<string, Uint8Array<ArrayBuffer>>,
  ) {
    this.#server = serveLocally((request) => {
      const file = this.files.get(new URL(request.url).pathname);
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? NaN);
      if (!file) return new Response("", { status: 404 });
      return Number.isNaN(from) ? new Response(file) : new Response(file.subarray(from), { status: 206 });
    });
  }

  file(path: string): string {
    return this.#server.url + path;
  }

  async closeFiles(): Promise<void> {
    await this.#server.close();
  }

  /** The page at `path` where people sign in. */
  signInPage(path: string, scope: string, more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(this.simulator.url + path);
    const parameters = {
      response_type: "code",
      client_id: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope,
      state: "some state",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  /** A call; the token is in its parameters unless they have one. */
  async call(
    method: "GET" | "POST" | "DELETE",
    path: string,
    parameters: Record<string, string> = {},
    init: RequestInit = {},
  ): Promise<Answer> {
    const url = new URL(this.simulator.url + path);
    const all = new URLSearchParams({ access_token: this.token, ...parameters });
    if (method === "GET") url.search = all.toString();
    return await read(await fetch(url, { method, ...method === "GET" ? {} : { body: all }, ...init }));
  }

  get(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    return this.call("GET", `/${this.version}${path}`, parameters);
  }

  post(path: string, parameters: Record<string, string> = {}, init: RequestInit = {}): Promise<Answer> {
    return this.call("POST", `/${this.version}${path}`, parameters, init);
  }

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }
}

/** Reads an answer whole. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : text,
  };
}

/** What an error says: HTTP status, code and sub-code. */
export function errorOf(
  { status, body }: Pick<Answer, "status" | "body">,
): [number, number, number | undefined] {
  return [status, body.error.code, body.error.error_subcode];
}
