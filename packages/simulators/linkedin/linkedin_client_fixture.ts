/** What the simulator's tests share: a client of the API. */
import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { agree, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { type LinkedInOptions, type LinkedInSimulator, startLinkedIn } from "./simulator.ts";

export const SCOPES =
  "openid profile w_member_social w_organization_social r_organization_social rw_organization_admin";
export const VERSION = "202608";

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** A simulator with a client of one member. */
export class TestLinkedIn {
  token = "";
  /** Whose posts are made. */
  author = "";

  constructor(readonly simulator: LinkedInSimulator) {}

  /** The sign-in page, for this person and with these additions. */
  page(more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(`${this.simulator.url}/oauth/v2/authorization`);
    const parameters = {
      response_type: "code",
      client_id: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope: SCOPES,
      state: "some state",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  async askToken(form: Record<string, string>, client_secret = this.simulator.clientSecret): Promise<Answer> {
    return await this.call("/oauth/v2/accessToken", {
      method: "POST",
      body: new URLSearchParams({ client_id: this.simulator.clientId, client_secret, ...form }),
    });
  }

  /** Signs a person in, all the way. */
  async signIn(more: Record<string, string> = { person: "ana" }): Promise<Answer["body"]> {
    const back = await agree(this.page(more));
    assert.equal(back.searchParams.get("state"), "some state");
    const { status, body } = await this.askToken({
      grant_type: "authorization_code",
      code: back.searchParams.get("code") ?? "",
      redirect_uri: REDIRECT_URI,
    });
    assert.equal(status, 200, JSON.stringify(body));
    this.token = body.access_token;
    return body;
  }

  /** Any request; with the member's token, the version and the protocol unless it has headers of its own. */
  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers({
      authorization: `Bearer ${this.token}`,
      "linkedin-version": VERSION,
      "x-restli-protocol-version": "2.0.0",
    });
    for (const [name, value] of new Headers(init.headers)) {
      if (value === "") headers.delete(name);
      else headers.set(name, value);
    }
    const url = path.startsWith("http") ? path : this.simulator.url + path;
    const response = await fetch(url, { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async send(path: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
    return await this.call(path, {
      method: "POST",
      body: JSON.stringify(body),
      ...init,
      headers: { "content-type": "application/json", ...init.headers },
    });
  }

  /** A post. `content` as LinkedIn documents it. */
  async post(commentary: string, content?: Record<string, unknown>, init: RequestInit = {}): Promise<Answer> {
    return await this.send("/rest/posts", {
      author: this.author,
      commentary,
      visibility: "PUBLIC",
      distribution: { feedDistribution: "MAIN_FEED", targetEntities: [], thirdPartyDistributionChannels: [] },
      ...content ? { content } : {},
      lifecycleState: "PUBLISHED",
      isReshareDisabledByAuthor: false,
    }, init);
  }

  async begin(kind: "image" | "document" | "video", bytes = 0): Promise<Answer["body"]> {
    const film = { fileSizeBytes: bytes, uploadCaptions: false, uploadThumbnail: false };
    const request = { owner: this.author, ...kind === "video" ? film : {} };
    const path = `/rest/${kind}s?action=initializeUpload`;
    const { status, body } = await this.send(path, { initializeUploadRequest: request });
    assert.equal(status, 200, JSON.stringify(body));
    return body.value;
  }

  async put(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
    return await this.call(url, { method: "PUT", body: bytes });
  }

  /** Sends a file that comes in one. @returns its name. */
  async upload(kind: "image" | "document", bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const begun = await this.begin(kind);
    assert.equal((await this.put(begun.uploadUrl, bytes)).status, 201);
    return begun[kind];
  }

  /** Sends all parts of a film. */
  async parts(bytes: Uint8Array<ArrayBuffer>): Promise<{ urn: string; token: string; etags: string[] }> {
    const { video, uploadToken, uploadInstructions } = await this.begin("video", bytes.length);
    const etags: string[] = [];
    for (const { uploadUrl, firstByte, lastByte } of uploadInstructions) {
      const { status, headers } = await this.put(uploadUrl, bytes.slice(firstByte, lastByte + 1));
      assert.equal(status, 200);
      etags.push(headers.get("etag")?.replaceAll('"', "") ?? "");
    }
    return { urn: video, token: uploadToken, etags };
  }

  async finalize(urn: string, token: string, etags: readonly string[]): Promise<Answer> {
    return await this.send("/rest/videos?action=finalizeUpload", {
      finalizeUploadRequest: { video: urn, uploadToken: token, uploadedPartIds: etags },
    });
  }

  /** Sends a film, all the way. @returns its name. */
  async film(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const { urn, token, etags } = await this.parts(bytes);
    assert.equal((await this.finalize(urn, token, etags)).status, 200);
    return urn;
  }

  async status(urn: string): Promise<string> {
    const [, , kind] = urn.split(":");
    return (await this.call(`/rest/${kind}s/${encodeURIComponent(urn)}`)).body.status;
  }

  async ready(urn: string): Promise<void> {
    await until(async () => await this.status(urn) === "AVAILABLE");
  }

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }
}

/** Runs a test against a fresh simulator, where Ana posts for her first organization, and closes it afterwards. */
export async function withLinkedIn(
  options: LinkedInOptions,
  test: (linkedIn: TestLinkedIn) => Promise<void>,
): Promise<void> {
  const simulator = startLinkedIn({ processMs: 20, partBytes: 1024, ...options });
  try {
    const linkedIn = new TestLinkedIn(simulator);
    linkedIn.token = simulator.grant("ana").access_token;
    linkedIn.author = `urn:li:organization:${simulator.organizations("ana")[0]?.id}`;
    await test(linkedIn);
  } finally {
    await simulator.close();
  }
}
