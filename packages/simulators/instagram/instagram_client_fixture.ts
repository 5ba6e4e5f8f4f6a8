/** What the simulator's tests share: a client of the API, and a place where media lie. */
import assert from "node:assert/strict";
import { type Answer, GraphClient } from "../graph/graph_client_fixture.ts";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4 } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { type InstagramOptions, type InstagramSimulator, startInstagram } from "./simulator.ts";

/** A simulator with a client of one account. */
export class TestInstagram extends GraphClient<Fault, InstagramSimulator> {
  /** The account's id. */
  account = "";

  constructor(simulator: InstagramSimulator) {
    super(
      simulator,
      "v27.0",
      new Map<string, Uint8Array<ArrayBuffer>>([["/a.jpg", jpeg()], ["/b.jpg", jpeg()], [
        "/v.mp4",
        mp4(),
      ]]),
    );
  }

  page(door: "facebook" | "instagram", more?: Record<string, string>): URL {
    return door === "facebook"
      ? this.signInPage(
        "/v27.0/dialog/oauth",
        "instagram_basic,instagram_content_publish,pages_show_list,pages_read_engagement",
        more,
      )
      : this.signInPage(
        "/oauth/authorize",
        "instagram_business_basic,instagram_business_content_publish",
        more,
      );
  }

  /** Asks for a container. @returns its id. */
  async container(parameters: Record<string, string>): Promise<string> {
    const { status, body } = await this.post(`/${this.account}/media`, parameters);
    assert.equal(status, 200, JSON.stringify(body));
    return body.id;
  }

  async status(container: string): Promise<{ status_code: string; status: string }> {
    return (await this.get(`/${container}`, { fields: "status_code,status" })).body;
  }

  /** Waits until a container is no longer in progress. @returns its status. */
  async ready(container: string): Promise<string> {
    await until(async () => (await this.status(container)).status_code !== "IN_PROGRESS");
    return (await this.status(container)).status_code;
  }

  publish(container: string, init: RequestInit = {}): Promise<Answer> {
    return this.post(`/${this.account}/media_publish`, { creation_id: container }, init);
  }

  /** An image, ready to be published. */
  async image(caption: string): Promise<string> {
    const id = await this.container({ image_url: this.file("/a.jpg"), caption });
    assert.equal(await this.ready(id), "FINISHED");
    return id;
  }
}

/** Runs a test against a fresh simulator with Ana signed in, and closes it afterwards. */
export async function withInstagram(
  options: InstagramOptions,
  test: (instagram: TestInstagram) => Promise<void>,
): Promise<void> {
  const simulator = startInstagram({ processMs: 20, ...options });
  const instagram = new TestInstagram(simulator);
  try {
    const { access_token, account } = simulator.grant("ana");
    instagram.token = access_token;
    instagram.account = account.id;
    await test(instagram);
  } finally {
    await simulator.close();
    await instagram.closeFiles();
  }
}
