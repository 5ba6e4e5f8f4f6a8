/** One message about a publication, and what it takes to work on it until the message is put off or done with. */
import { type PublicationContent, publicationContent } from "../../../../../shared/publishing/content.ts";
import { isOption, type Option, platformOf } from "../../../../../shared/words/platforms.ts";
import type { PublicationItem } from "../../engine/publication_item.ts";
import type { Message } from "../../engine/work_item.ts";
import {
  type Platform,
  type PlatformApp,
  PlatformError,
  type PublicationMedia,
  type PublicationWork,
} from "../../platforms/platform.ts";
import { Access, type AccessOf } from "./access.ts";

/** What a turn stands on; tests put their own in its place. */
export interface Means {
  platformNamed: (name: string) => Platform | null;
  accessOf: AccessOf;
  appOf: (platform: string) => Promise<PlatformApp>;
}

export interface Turn {
  readonly message: Message;
  readonly publication: PublicationItem;
  readonly option: Option;
  readonly content: PublicationContent;
  readonly platform: Platform;
  readonly app: PlatformApp;
  readonly access: Access;
  /** Milliseconds since 1970: then the drain ends, and what is left is for the next one. */
  readonly deadline: number;
  /** What the preparing has come to so far. */
  facts: Record<string, unknown>;
  /** Names of facts that are void, and not forgotten yet. */
  readonly stale: string[];
  /** The files, once they are needed. */
  media: readonly PublicationMedia[];
  /** When the commit was passed last, ISO 8601; null: never. */
  committedAt: string | null;
  /** This worker has passed the fence: its commit may be under way, or have gone through. */
  isCommitted: boolean;
}

/** Begins to work on a message. Throws PlatformError for a job that is no publication, or whose platform there is not. */
export async function beginTurn(message: Message, deadline: number, means: Means): Promise<Turn> {
  const { item } = message;
  const { publication } = item;
  const content = publicationContent.safeParse(item.job.input);
  const { tool } = item.job;
  if (!publication || !content.success || !isOption(tool)) {
    throw never(
      "invalid_input",
      "The job names no connection that it is published with, or nothing to publish",
    );
  }
  const name = publication.connection.platform;
  const platform = means.platformNamed(name);
  if (!platform || platformOf(tool) !== name) {
    throw never("unknown_platform", `Nothing can be published to ${name} as ${tool}`);
  }
  const isOver = publication.facts_until !== null && Date.parse(publication.facts_until) <= Date.now();
  return {
    message,
    publication,
    option: tool,
    content: content.data,
    platform,
    app: await means.appOf(name),
    access: new Access(means.accessOf, publication.connection.id),
    deadline,
    facts: isOver ? {} : publication.facts,
    stale: isOver ? Object.keys(publication.facts) : [],
    media: [],
    committedAt: publication.committed_at,
    isCommitted: false,
  };
}

/** What the platform is told. */
export function workOf(turn: Turn, accessToken: string): PublicationWork {
  const { publication: { connection, created_at, known_post_ids } } = turn;
  return {
    jobId: turn.message.item.job.id,
    option: turn.option,
    content: turn.content,
    media: turn.media,
    app: turn.app,
    connection: {
      externalId: connection.external_id,
      displayName: connection.display_name,
      settings: connection.settings,
      scopes: connection.scopes,
    },
    accessToken,
    facts: turn.facts,
    committedAt: turn.committedAt,
    createdAt: created_at,
    knownPostIds: known_post_ids,
  };
}

function never(code: string, message: string): PlatformError {
  return new PlatformError({ class: "never", scope: "publication", code, message });
}
