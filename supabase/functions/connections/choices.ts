/** `GET` and `POST /connections/choices/:id`: which account of whoever signed in is meant. */
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import {
  choicesQuery,
  type ChoicesResponse,
  chooseRequest,
  type ConnectionResponse,
} from "../../../shared/requests/requests_connections.ts";
import { appAt, connectionsOf, openChoice, saveConnection } from "../_shared/engine/sign_ins.ts";
import { readBody, readQuery } from "../_shared/http/request.ts";
import type { Platform, PlatformAccount, PlatformApp, Tokens } from "../_shared/platforms/platform.ts";
import { background } from "../_shared/runtime/background.ts";
import { drainLane } from "../_shared/work/drain_later.ts";
import { callerOf, type ConnectionsContext } from "./env.ts";
import { platformAt, refusalOf } from "./platform_at.ts";
import { PUBLICATION_LANE } from "./publication_lane.ts";

/** How many pages are looked through for one account. */
const MOST_PAGES = 40;

interface Choice {
  id: string;
  userId: string;
  platform: Platform;
  app: PlatformApp;
  tokens: Tokens;
}

/** Answers `{platform, accounts, nextCursor}`. Errors: 410 choice_expired, 503 platform_unavailable. */
export async function listChoices(context: ConnectionsContext): Promise<Response> {
  const { cursor } = readQuery(context, choicesQuery);
  const choice = await choiceOf(context);
  const [{ accounts, nextCursor }, connected] = await Promise.all([
    accountsOf(choice, cursor),
    connectionsOf(choice.userId),
  ]);
  const isConnected = ({ externalId }: PlatformAccount) =>
    connected.some(({ platform, external_id, state }) =>
      platform === choice.platform.name && external_id === externalId && state !== "revoked"
    );
  return context.json(
    {
      platform: choice.platform.name,
      accounts: accounts.map((account) => ({
        externalId: account.externalId,
        displayName: account.displayName,
        avatarUrl: account.avatarUrl,
        of: account.of,
        isConnected: isConnected(account),
      })),
      nextCursor,
    } satisfies ChoicesResponse,
  );
}

/**
 * Answers 201 with `{connection}`. Others of the same sign-in may be chosen after it, unless its refresh token can be used
 * once. Errors: 404 connection_not_found for an account that is not among them, 410 choice_expired, 503
 * platform_unavailable.
 */
export async function choose(context: ConnectionsContext): Promise<Response> {
  const { externalId } = await readBody(context, chooseRequest);
  const choice = await choiceOf(context);
  const account = await accountIn(choice, externalId);
  const { platform, userId } = choice;
  // Whoever comes second has tokens that are spent, and must not put them in the place of those that are good.
  const isLast = platform.oauth.refreshIsSingleUse;
  const { tokens } = isLast ? await openChoice(choice.id, userId, { take: true }) : choice;
  const connection = await saveConnection(userId, platform.name, account, tokens);
  background("drain", drainLane(PUBLICATION_LANE));
  return context.json({ connection } satisfies ConnectionResponse, 201);
}

async function choiceOf(context: ConnectionsContext): Promise<Choice> {
  const userId = callerOf(context);
  const id = z.guid().safeParse(context.req.param("id")).data;
  if (id === undefined) throw new EsteiraError("choice_expired", "There is no such choice: sign in again.");
  const { platform: name, tokens } = await openChoice(id, userId);
  return { id, userId, platform: platformAt(context, name), app: await appAt(name), tokens };
}

async function accountsOf({ platform, app, tokens }: Choice, cursor: string | undefined) {
  try {
    return await platform.oauth.accounts(app, tokens, cursor);
  } catch (error) {
    throw refusalOf(error);
  }
}

async function accountIn(choice: Choice, externalId: string): Promise<PlatformAccount> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { accounts, nextCursor } = await accountsOf(choice, cursor);
    const account = accounts.find((one) => one.externalId === externalId);
    if (account) return account;
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  throw new EsteiraError("connection_not_found", "Whoever signed in has no such account.", {
    field: "externalId",
  });
}
