/** Requests to the `connections` function, and what it answers. */
import { z } from "zod";
import { connection, creatorInfo, shownConnection } from "../rows/connection.ts";
import { PLATFORMS } from "../words/platforms.ts";

export const platformParam = z.strictObject({ platform: z.enum(PLATFORMS) });

/** `POST /connections/:platform/start`: send the browser to `url`. */
export const startConnectionRequest = z.strictObject({
  redirectTo: z.url().max(2048).describe(
    "Where the browser comes back to, with `connection`, `choice` or `error` in its query. An address that the " +
      "operator allows.",
  ),
});
export type StartConnectionRequest = z.input<typeof startConnectionRequest>;
export const startConnectionResponse = z.object({ url: z.url(), expiresAt: z.string() });
export type StartConnectionResponse = z.infer<typeof startConnectionResponse>;

/** `GET /connections`. */
export const connectionsResponse = z.object({ connections: z.array(shownConnection) });
export type ConnectionsResponse = z.infer<typeof connectionsResponse>;

export const connectionResponse = z.object({ connection });
export type ConnectionResponse = z.infer<typeof connectionResponse>;

/** `GET /connections/choices/:id`: who signed in has several accounts; which is meant? */
export const choicesQuery = z.strictObject({ cursor: z.string().max(500).optional() });
export const choicesResponse = z.object({
  platform: z.enum(PLATFORMS),
  accounts: z.array(z.object({
    externalId: z.string(),
    displayName: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    /** Of which it is a part, such as a Facebook page. */
    of: z.string().nullable(),
    isConnected: z.boolean(),
  })),
  nextCursor: z.string().nullable(),
});
export type ChoicesResponse = z.infer<typeof choicesResponse>;

/** `POST /connections/choices/:id`. */
export const chooseRequest = z.strictObject({ externalId: z.string().min(1).max(200) });
export type ChooseRequest = z.input<typeof chooseRequest>;

/** `GET /connections/:id/creator`: what the account may choose for its next post; null: its platform leaves nothing to choose. */
export const creatorResponse = z.object({ creator: creatorInfo.nullable() });
export type CreatorResponse = z.infer<typeof creatorResponse>;
