/** `POST /connections/:platform/start`: setting out to sign in at a platform. */
import {
  startConnectionRequest,
  type StartConnectionResponse,
} from "../../../shared/requests/requests_connections.ts";
import { appAt, startSignIn } from "../_shared/engine/sign_ins.ts";
import { readBody } from "../_shared/http/request.ts";
import { callerOf, type ConnectionsContext } from "./env.ts";
import { callbackAt, platformAt } from "./platform_at.ts";
import { challengeOf, randomText, stateHash } from "./sign_in_secrets.ts";

/**
 * Answers `{url, expiresAt}`: where to send the browser, within ten minutes. Errors: 404 unknown_platform, 422
 * redirect_not_allowed, 503 platform_unavailable, 503 misconfigured when the operator has registered no app there.
 */
export async function startConnection(context: ConnectionsContext): Promise<Response> {
  const userId = callerOf(context);
  const { name, oauth } = platformAt(context, context.req.param("platform"));
  const { redirectTo } = await readBody(context, startConnectionRequest);
  const app = await appAt(name);
  const [state, verifier] = [randomText(), randomText()];
  const expiresAt = await startSignIn({
    userId,
    platform: name,
    stateHash: await stateHash(state),
    verifier,
    // As a browser reads it: the database compares text.
    redirectTo: new URL(redirectTo).href,
  });
  const url = oauth.authorizeUrl(app, {
    state,
    redirectUri: callbackAt(name),
    ...oauth.usesPkce ? { challenge: await challengeOf(verifier) } : {},
  });
  return context.json({ url: url.href, expiresAt } satisfies StartConnectionResponse);
}
