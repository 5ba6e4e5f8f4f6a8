/** The post itself: the one call that makes it visible. */
import {
  ignoredLinkedInSettings,
  LINKEDIN_SETTINGS,
  type LinkedInPostSettings,
} from "../../../../../shared/publishing/linkedin_settings.ts";
import type { PublicationWarning } from "../../../../../shared/rows/publication.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { type Committed, PlatformError, type PreparedCommit, type PublicationWork } from "../platform.ts";
import { permalinkOf, prepareLinkedIn } from "./address.ts";
import { type PostBody, postBody } from "./bodies.ts";
import { escapeLittle } from "./little_text.ts";
import { DUPLICATE, MEDIA_FAILED } from "./codes.ts";
import { explainDuplicate } from "./duplicate.ts";
import { FAILED, mediaFactOf } from "./media_facts.ts";
import { isOrganization, POST } from "./urns.ts";

/** Document titles have an ending of their own beside them. */
const ENDING = /\.[A-Za-z0-9]{1,5}$/;

/** The settings of a post. Throws PlatformError for those that LinkedIn would not take, or not heed. */
export function settingsOf(
  { option, content, media, connection }: Pick<
    PublicationWork,
    "option" | "content" | "media" | "connection"
  >,
): LinkedInPostSettings {
  const schema = option === "linkedin_document"
    ? LINKEDIN_SETTINGS.linkedin_document
    : LINKEDIN_SETTINGS.linkedin_post;
  const read = schema.safeParse(content.settings);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalidInput(`settings.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
  }
  const settings: LinkedInPostSettings = read.data;
  const types = content.mediaFiles.map(({ type }, index) => media[index]?.contentType ?? type);
  const [ignored] = option === "linkedin_post" ? ignoredLinkedInSettings(settings, types) : [];
  if (ignored) throw invalidInput(ignored.message, ignored.code);
  const isLimited = settings.visibility !== undefined && settings.visibility !== "PUBLIC";
  if (isLimited && isOrganization(connection.externalId)) {
    throw invalidInput("The posts of an organization are public: leave visibility out", "settings_ignored");
  }
  return settings;
}

/** The post as LinkedIn is sent it. Throws PlatformError when it cannot be one. Pure. */
export function bodyOf(work: PublicationWork): PostBody {
  const { visibility = "PUBLIC", allowReshare = true } = settingsOf(work);
  const content = contentOf(work);
  const body: PostBody = {
    author: work.connection.externalId,
    commentary: escapeLittle(work.content.caption),
    visibility,
    distribution: { feedDistribution: "MAIN_FEED", targetEntities: [], thirdPartyDistributionChannels: [] },
    ...content ? { content } : {},
    lifecycleState: "PUBLISHED",
    isReshareDisabledByAuthor: !allowReshare,
  };
  const read = postBody.safeParse(body);
  if (read.success) return read.data;
  throw invalidInput(`LinkedIn would not take this post: ${read.error.issues[0]?.path.join(".")}`);
}

function contentOf(work: PublicationWork): PostBody["content"] {
  const { title, article } = settingsOf(work);
  const files = work.content.mediaFiles.map(({ name, altText, type }, index) => {
    const urn = mediaFactOf(work.facts, index)?.urn;
    if (!urn) throw invalidInput(`${name} has not been handed to LinkedIn`, "media_missing");
    const alt = altText && (work.media[index]?.contentType ?? type).startsWith("image/") ? { altText } : {};
    return { name, id: urn, alt };
  });
  const [first] = files;
  if (files.length > 1) return { multiImage: { images: files.map(({ id, alt }) => ({ id, ...alt })) } };
  if (first) {
    const named = work.option === "linkedin_document"
      ? title ?? (first.name.replace(ENDING, "").slice(0, 200) || first.name.slice(0, 200))
      : title;
    return { media: { id: first.id, ...named === undefined ? {} : { title: named }, ...first.alt } };
  }
  if (!article) return undefined;
  const { url, title: headline, description } = article;
  return { article: { source: url, title: headline, ...description === undefined ? {} : { description } } };
}

/** Builds the post. Throws PlatformError when there can be none, with nothing sent. */
export function preparePost(work: PublicationWork): PreparedCommit {
  const prepared = prepareLinkedIn(work, { path: "/rest/posts", json: bodyOf(work) });
  return { send: async (signal) => ({ ...await sent(signal), warnings: warningsOf(work) }) };

  async function sent(signal: AbortSignal): Promise<Committed> {
    try {
      return committedBy(await prepared.send(signal));
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.failure.code === DUPLICATE) return await explainDuplicate(work, error, signal);
      throw error.failure.code === MEDIA_FAILED ? withFailedMedia(work, error) : error;
    }
  }
}

/** What is odd about a post that is there all the same. */
export function warningsOf({ facts, media, content }: PublicationWork): PublicationWarning[] {
  return content.mediaFiles.flatMap(({ name, type }, index) => {
    const isFilm = (media[index]?.contentType ?? type).startsWith("video/");
    if (!isFilm || mediaFactOf(facts, index)?.unseen !== true) return [];
    const message = `LinkedIn does not say whether it has processed ${name}: it may be shown only later`;
    return [{ code: "still_processing", message, field: `mediaFiles.${index}` }];
  });
}

/** The same error, which lets preparing know that a file of the post is no good. */
function withFailedMedia(
  { content, facts }: PublicationWork,
  { failure, isAmbiguous, isUnreachable, cause }: PlatformError,
): PlatformError {
  const urns = content.mediaFiles.flatMap((_, index) => mediaFactOf(facts, index)?.urn ?? []);
  return new PlatformError(failure, { isAmbiguous, isUnreachable, facts: { [FAILED]: urns }, cause });
}

/** What a success says of the post: its name stands in a header. Throws PlatformError, ambiguous, where there is none. Pure. */
export function committedBy({ headers, raw }: Pick<PlatformAnswer, "headers" | "raw">): Committed {
  const id = headers.get("x-restli-id") ?? headers.get("x-linkedin-id");
  if (id === null || !POST.test(id)) {
    throw malformedAnswer("LinkedIn did not say which post it made", raw, true);
  }
  return {
    id,
    state: "published",
    permalink: permalinkOf(id),
    raw: raw === "" ? { "x-restli-id": id } : raw,
  };
}
