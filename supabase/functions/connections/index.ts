/**
 * The function `connections`: accounts of users at social platforms. A browser comes back from a platform to
 * `/:platform/callback` with nothing but what the platform gave it; all else needs a signed-in user.
 */
import { connectionsApp } from "./connections_app.ts";

export const app = connectionsApp();

export default { fetch: app.fetch };
