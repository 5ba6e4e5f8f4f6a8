/** Publications and connections to show, in every state. */
import type { CreatorInfo, ShownConnection } from "../../../shared/rows/connection.ts";
import type { Publication } from "../../../shared/rows/publication.ts";

export const GROUP_ID = "0199a1b2-0000-7000-8000-0000000000f0";
export const CONNECTION_ID = "0199a1b2-0000-7000-8000-0000000000c0";

/** Ids by number. */
export const publicationId = (n: number) => `0199a1b2-0000-7000-8000-${String(n).padStart(12, "0")}`;

/** A publication that waits for its turn, unless something else is said. */
export function aPublication(change: Partial<Publication> = {}): Publication {
  return {
    id: publicationId(1),
    group_id: GROUP_ID,
    platform: "instagram",
    option: "instagram_feed",
    connection_id: CONNECTION_ID,
    status: "pending",
    error_code: null,
    error_message: null,
    caption: "O farol, hoje cedo.",
    scheduled_for: null,
    hold: null,
    steps: [],
    warnings: [],
    committed_at: null,
    post_id: null,
    permalink: null,
    refund: "none",
    resolved: null,
    resolved_at: null,
    retry_count: 0,
    version: 1,
    created_at: "2026-11-26T12:00:00.000Z",
    completed_at: null,
    updated_at: "2026-11-26T12:00:00.000Z",
    ...change,
  };
}

/** An account that may be published with, unless something else is said. */
export function aConnection(change: Partial<ShownConnection> = {}): ShownConnection {
  return {
    id: CONNECTION_ID,
    platform: "instagram",
    external_id: "17841400000000001",
    display_name: "farol.da.barra",
    avatar_url: null,
    scopes: ["instagram_basic", "instagram_content_publish"],
    state: "live",
    state_code: null,
    state_message: null,
    expires_at: "2027-01-20T12:00:00.000Z",
    held_until: null,
    checked_at: "2026-11-26T11:55:00.000Z",
    created_at: "2026-11-20T09:00:00.000Z",
    updated_at: "2026-11-26T11:55:00.000Z",
    limit: {
      used: 3,
      total: 50,
      windowSeconds: 86_400,
      resetsAt: "2026-11-26T18:30:00.000Z",
      source: "platform",
    },
    ...change,
  };
}

/** What a TikTok account may choose, all of it, unless something else is said. */
export function aCreator(change: Partial<CreatorInfo> = {}): CreatorInfo {
  return {
    nickname: "Farol da Barra",
    username: "faroldabarra",
    avatarUrl: null,
    privacy: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    isCommentDisabled: false,
    isDuetDisabled: false,
    isStitchDisabled: false,
    maxVideoSeconds: 600,
    ...change,
  };
}
