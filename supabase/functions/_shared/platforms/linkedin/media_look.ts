/** How a file stands that LinkedIn has whole: asked, where that may be asked, and else given some time. */
import { invalidInput } from "../kit/misconfigured.ts";
import { PlatformError, type PublicationWork } from "../platform.ts";
import { askLinkedIn } from "./address.ts";
import { FORBIDDEN } from "./codes.ts";
import { stateOf } from "./media_answers.ts";
import { anew, type MediaFact, MOST_UPLOADS } from "./media_facts.ts";
import { graceSeconds, PATHS } from "./media_kinds.ts";
import { MEMBER_READ, ORGANIZATION_READ } from "./scopes.ts";
import type { Act, Upload } from "./upload_acts.ts";
import { isOrganization } from "./urns.ts";

const LOOK_EVERY_SECONDS = 5;

/** Asks how a file stands; where nobody may ask it is given some time instead. */
export async function look(upload: Upload, fact: MediaFact): Promise<Act> {
  const { work, kind, index, signal } = upload;
  if (fact.unseen || !mayLook(work)) return waited(upload, { ...fact, unseen: true });
  const path = `${PATHS[kind]}/${encodeURIComponent(fact.urn ?? "")}`;
  let answer;
  try {
    answer = await askLinkedIn(work, { path }, "read", signal);
  } catch (error) {
    const isForbidden = error instanceof PlatformError && error.failure.code === FORBIDDEN;
    if (isForbidden) return waited(upload, { ...fact, unseen: true });
    throw error;
  }
  const { state, reason } = stateOf(answer);
  const details = { file: index, ...reason === null ? {} : { reason } };
  if (state === "processing") {
    return { name: "media_processing", fact, details, seconds: LOOK_EVERY_SECONDS };
  }
  if (state === "ready") {
    return { name: "media_ready", fact: { ...fact, ...seen(work, fact), state }, details };
  }
  return failed(upload, fact, reason);
}

/** A file that cannot be processed is handed in once more. */
export function failed({ work, media, index }: Upload, fact: MediaFact, reason: string | null): Act {
  if (fact.upload >= MOST_UPLOADS) {
    throw invalidInput(`${media.name}: ${reason ?? "LinkedIn cannot process it"}`, "media_refused");
  }
  const details = { file: index, ...reason === null ? {} : { reason } };
  return { name: "media_failed", fact: { ...anew(fact), ...seen(work, fact) }, details };
}

/** Its time is over, or how much of it is left. */
function waited({ work, kind, index }: Upload, fact: MediaFact): Act {
  const until = Date.parse(fact.whole_at ?? "") + graceSeconds(work.app, kind) * 1000;
  const seconds = Math.ceil((until - Date.now()) / 1000);
  const details = { file: index };
  if (seconds > 0) return { name: "media_waited_for", fact, seconds, details };
  return { name: "media_ready", fact: { ...fact, ...seen(work, fact), state: "ready" }, details };
}

/** Since the last commit it was looked at. */
function seen({ committedAt }: PublicationWork, { seen_after }: MediaFact) {
  return { seen_after: committedAt ?? seen_after };
}

/** Whether LinkedIn lets the connection ask after its files: few apps may, of persons. */
function mayLook({ connection: { externalId, scopes } }: PublicationWork): boolean {
  return scopes.length === 0 || scopes.includes(isOrganization(externalId) ? ORGANIZATION_READ : MEMBER_READ);
}
