/** For tests: messages about a publication, as the database hands them to a worker. */
import type { PublicationContent } from "../../../../shared/publishing/content.ts";
import type { PublicationItem } from "./publication_item.ts";
import { type Differences, messageFor } from "./work_item_fixture.ts";
import type { Message } from "./work_item.ts";

export const CONNECTION_ID = "0195f000-0000-7000-8000-000000000001";

/** A leased message about a post on X with a caption and no files. */
export function publicationMessage(
  { content = {}, publication = {}, ...differences }: Differences & {
    content?: Partial<PublicationContent>;
    publication?: Partial<PublicationItem>;
  } = {},
): Message {
  const input = {
    connectionId: CONNECTION_ID,
    groupId: "0195f000-0000-7000-8000-000000000002",
    caption: "Hello",
    mediaFiles: [],
    media: [],
    settings: {},
    allowDuplicate: false,
    ...content,
  };
  const message = messageFor("", {
    provider: "publication",
    handed: {},
    toolSettings: { files: { media: { types: ["image/png", "video/mp4"], max_bytes: 1000, max_count: 10 } } },
    ...differences,
    job: { tool: "x_post", lane: "publication", input, ...differences.job },
  });
  return {
    ...message,
    queue: "publication_queue",
    item: {
      ...message.item,
      publication: {
        group_id: input.groupId,
        line: "front",
        facts: {},
        facts_until: null,
        committed_at: null,
        created_at: message.item.job.created_at,
        warnings: [],
        known_post_ids: [],
        connection: {
          id: CONNECTION_ID,
          platform: "x",
          external_id: "1001",
          display_name: "ana",
          settings: {},
          scopes: ["tweet.write"],
          state: "live",
          expires_at: null,
        },
        app: { platform: "x", client_id: "client", api_version: null, settings: {} },
        media: [],
        ...publication,
      },
    },
  };
}
