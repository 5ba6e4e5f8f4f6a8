/**
 * The page on which a person agrees. `person=ana` in its address agrees for Ana at once, `deny=1` refuses, `without=scope`
 * (comma-separated) agrees to less than was asked for; without any of them a plain page asks. No platform has these three.
 */
import type { SocialWorld } from "./world.ts";
import { type App, appOf, mayReturnTo } from "./apps.ts";
import type { Challenge } from "./codes.ts";
import { USERNAME } from "./people.ts";

/** How a platform asks. */
export interface Door {
  /** What the page is headed: `X`. */
  readonly platform: string;
  /** Where the platform has more than one way in. */
  readonly door: string;
  readonly scopeSeparator: string | RegExp;
  readonly needsPkce: boolean;
  /** What is said of a refusal besides `error=access_denied`. */
  readonly denial?: Readonly<Record<string, string>>;
  /** What follows the address that leads back. */
  readonly fragment?: string;
}

/** Answers a request for the page. */
export function authorize<Fault extends { kind: string }>(
  world: SocialWorld<Fault>,
  address: URL,
  door: Door,
): Response {
  const asked = address.searchParams;
  const app = appOf(world.apps, asked.get("client_id") ?? undefined);
  if (!app) return refusal("There is no app of this client_id.");
  const redirectUri = asked.get("redirect_uri") ?? "";
  if (!mayReturnTo(app, redirectUri)) return refusal("The redirect_uri is not one of the app's.");
  const back = (params: Record<string, string>): Response => {
    const url = new URL(redirectUri);
    const state = asked.get("state");
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
    if (state !== null) url.searchParams.set("state", state);
    if (door.fragment !== undefined) url.hash = door.fragment;
    return new Response(null, { status: 302, headers: { location: url.href } });
  };
  if (asked.get("response_type") !== "code") return back({ error: "unsupported_response_type" });
  const challenge = challengeOf(asked);
  if (door.needsPkce && !challenge) return back({ error: "invalid_request" });
  if (asked.has("deny")) return back({ error: "access_denied", ...door.denial });
  const username = asked.get("person");
  if (username === null) return question(world, address, door, app);
  if (!USERNAME.test(username)) return refusal("Nobody can be called that.");
  const without = (asked.get("without") ?? "").split(",");
  const scopes = (asked.get("scope") ?? "").split(door.scopeSeparator)
    .filter((scope) => scope !== "" && !without.includes(scope));
  const person = world.people.named(username);
  const code = world.codes.give({
    app,
    person,
    scopes,
    redirectUri,
    door: door.door,
    ...challenge ? { challenge } : {},
  });
  return back({ code });
}

function challengeOf(asked: URLSearchParams): Challenge | undefined {
  const challenge = asked.get("code_challenge");
  if (challenge === null) return undefined;
  return { challenge, method: asked.get("code_challenge_method") === "S256" ? "S256" : "plain" };
}

function question<Fault extends { kind: string }>(
  world: SocialWorld<Fault>,
  address: URL,
  { platform }: Door,
  app: App,
): Response {
  const to = (name: string, value: string): string => {
    const url = new URL(address);
    url.searchParams.set(name, value);
    return escape(url.pathname + url.search);
  };
  const hidden = [...address.searchParams]
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
  const people = world.people.all()
    .map(({ username }) =>
      `<li><a href="${to("person", username)}">Continue as ${escape(username)}</a></li>`
    );
  return html(
    200,
    platform,
    `<h1>${platform}</h1>
<p>The app ${escape(app.clientId)} wants to act for you: ${
      escape(address.searchParams.get("scope") ?? "")
    }</p>
<ul>${people.join("\n")}</ul>
<form>${hidden.join("")}<label>Somebody else <input name="person" required pattern="[a-z0-9_.]{1,30}"></label>
<button>Continue</button></form>
<p><a href="${to("deny", "1")}">Cancel</a></p>`,
  );
}

function refusal(words: string): Response {
  return html(400, "Something went wrong", `<h1>Something went wrong</h1>\n<p>${words}</p>`);
}

const STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}" +
  "li,p,form{margin:.5rem 0}ul{padding:0;list-style:none}input,button{font:inherit}";

function html(status: number, title: string, body: string): Response {
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body>${body}</body></html>
`;
  return new Response(page, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
