/** Signing in at a platform's simulator as a person does with a browser, and connecting the account. */
import {
  choicesResponse,
  connectionResponse,
  startConnectionResponse,
} from "../../shared/requests/requests_connections.ts";
import type { Connection } from "../../shared/rows/connection.ts";
import type { PlatformName } from "../../shared/words/platforms.ts";
import { callFunction } from "./api.ts";
import type { Environment, User } from "./environment.ts";

/** A page of the app that nobody serves: where it leads to is read, not followed. */
export const APP_PAGE = "https://app.example/connections";

/** Where a browser comes back to the app, with what is in its query. */
export interface Back {
  readonly connection?: string;
  readonly choice?: string;
  readonly error?: string;
}

/** Has the browser's page allowed. */
export async function allowAppPage({ sql }: Environment): Promise<void> {
  await sql`select ops.allow_redirect(${APP_PAGE})`;
}

/** Sets out as the user; returns the platform's page. */
export async function setOut(
  environment: Environment,
  { accessToken: token }: User,
  platform: PlatformName,
): Promise<URL> {
  const answer = await callFunction(environment, `connections/${platform}/start`, {
    token,
    body: { redirectTo: APP_PAGE },
  });
  return new URL(startConnectionResponse.parse(answer.body).url);
}

/** A person agrees on the platform's page, or does not; returns where the platform sends the browser. */
export async function agreeAs(page: URL, person: string, more: Record<string, string> = {}): Promise<URL> {
  for (const [name, value] of Object.entries({ person, ...more })) page.searchParams.set(name, value);
  return await redirected(page);
}

/** Follows the platform's redirect to the callback, and reads where the app is opened. */
export async function comeBack(callback: URL): Promise<Back> {
  return Object.fromEntries((await redirected(callback)).searchParams);
}

/** Connects an account of a person: the one of this id, or the first. */
export async function connectAccount(
  environment: Environment,
  user: User,
  platform: PlatformName,
  person: string,
  externalId?: string,
): Promise<Connection> {
  await allowAppPage(environment);
  const page = await setOut(environment, user, platform);
  const { choice, connection } = await comeBack(await agreeAs(page, person));
  if (choice === undefined) throw new Error(`${person} had no choice: ${connection ?? "nothing"}`);
  const token = user.accessToken;
  const listed = await callFunction(environment, `connections/choices/${choice}`, { method: "GET", token });
  const first = choicesResponse.parse(listed.body).accounts[0]?.externalId;
  const body = { externalId: externalId ?? first };
  const chosen = await callFunction(environment, `connections/choices/${choice}`, { token, body });
  return connectionResponse.parse(chosen.body).connection;
}

async function redirected(address: URL): Promise<URL> {
  const response = await fetch(address, { redirect: "manual" });
  const text = await response.text();
  const location = response.headers.get("location");
  if (location === null) throw new Error(`${address.pathname} leads nowhere: ${response.status} ${text}`);
  return new URL(location);
}
