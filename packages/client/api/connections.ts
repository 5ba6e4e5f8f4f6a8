/** Connections to social platforms: accounts of the user that may be published with. Their tokens never come here. */
import type {
  ChoicesResponse,
  StartConnectionResponse,
} from "../../../shared/requests/requests_connections.ts";
import type {
  Connection as PlatformConnection,
  CreatorInfo,
  ShownConnection,
} from "../../../shared/rows/connection.ts";
import type { PlatformName } from "../../../shared/words/platforms.ts";
import type { Store } from "../store/store.ts";
import type { Loaded } from "./job.ts";

export interface Connections {
  /** With what may still be posted with each today. */
  list(): Promise<readonly ShownConnection[]>;
  /** The same, live while somebody listens. */
  watch(): Store<Loaded<readonly ShownConnection[]>>;
  /**
   * Begins to sign in at a platform: send the browser to `url`. It comes back to `redirectTo`, an address that the operator
   * allows, with `connection`, `choice` or `error` in its query.
   */
  start(platform: PlatformName, options: { redirectTo: string }): Promise<StartConnectionResponse>;
  /** The accounts of whoever has signed in and has several, a page at a time. */
  choices(id: string, options?: { cursor?: string }): Promise<ChoicesResponse>;
  /** One of them is meant. Others of the same sign-in may be chosen after it, for an hour. */
  choose(id: string, externalId: string): Promise<PlatformConnection>;
  /** Renews its access, and asks the platform how it stands. */
  refresh(id: string): Promise<PlatformConnection>;
  /**
   * What the account may choose for its next post, asked of its platform just now; null where the platform leaves nothing
   * to choose. It may be otherwise a minute later: ask when it is shown, and keep nothing of it.
   */
  creator(id: string): Promise<CreatorInfo | null>;
  /** Gives its access back. What still waits to be published with it fails, and is paid back. */
  disconnect(id: string): Promise<PlatformConnection>;
}
