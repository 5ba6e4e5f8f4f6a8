/** The post itself: the one call that makes it visible. */
import { z } from "zod";
import {
  ignoredXSettings,
  type XPostSettings,
  xPostSettings,
} from "../../../../../shared/publishing/x_settings.ts";
import type { PublicationWarning } from "../../../../../shared/rows/publication.ts";
import { givenId } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import { type PlatformAnswer, prepareCall } from "../kit/platform_call.ts";
import { type Committed, PlatformError, type PreparedCommit, type PublicationWork } from "../platform.ts";
import { permalinkOf, xCall } from "./address.ts";
import { type PostBody, postBody } from "./bodies.ts";
import { DUPLICATE } from "./codes.ts";
import { explainDuplicate } from "./duplicate.ts";
import { failureOf } from "./failures.ts";
import { mediaFactOf } from "./media_facts.ts";

const made = z.looseObject({ data: z.looseObject({ id: givenId }) });
const partial = z.looseObject({
  errors: z.array(z.looseObject({ title: z.string().optional(), detail: z.string().optional() })),
});

/** The settings of a post. Throws PlatformError for those that X would not take, or not heed. */
export function settingsOf({ content }: Pick<PublicationWork, "content">): XPostSettings {
  const read = xPostSettings.safeParse(content.settings);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalidInput(`settings.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
  }
  const [ignored] = ignoredXSettings(read.data, content.mediaFiles.length);
  if (ignored) throw invalidInput(ignored.message, ignored.code);
  return read.data;
}

/** The post as X is sent it. Throws PlatformError when it cannot be one. Pure. */
export function bodyOf(work: PublicationWork): PostBody {
  const settings = settingsOf(work);
  const ids = work.content.mediaFiles.map(({ name }, index) => {
    const id = mediaFactOf(work.facts, index)?.id;
    if (!id) throw invalidInput(`${name} has not been handed to X`, "media_missing");
    return id;
  });
  const { replyTo, excludeReplyUserIds, quotePostId, replySettings, communityId, poll, taggedUserIds } =
    settings;
  const body: PostBody = {
    text: work.content.caption,
    ...ids.length > 0
      ? { media: { media_ids: ids, ...taggedUserIds ? { tagged_user_ids: taggedUserIds } : {} } }
      : {},
    ...replyTo === undefined ? {} : {
      reply: {
        in_reply_to_tweet_id: replyTo,
        ...excludeReplyUserIds?.length ? { exclude_reply_user_ids: excludeReplyUserIds } : {},
      },
    },
    ...quotePostId === undefined ? {} : { quote_tweet_id: quotePostId },
    ...replySettings === undefined ? {} : { reply_settings: replySettings },
    ...communityId === undefined ? {} : { community_id: communityId },
    ...poll ? { poll: { options: poll.options, duration_minutes: poll.durationMinutes } } : {},
    ...settings.madeWithAi ? { made_with_ai: true as const } : {},
    ...settings.paidPartnership ? { paid_partnership: true as const } : {},
  };
  const read = postBody.safeParse(body);
  if (!read.success) {
    throw invalidInput(`X would not take this post: ${read.error.issues[0]?.path.join(".")}`);
  }
  return read.data;
}

/** Builds the post. Throws PlatformError when there can be none, with nothing sent. */
export function preparePost(work: PublicationWork): PreparedCommit {
  const call = xCall(work.app, work.accessToken, { path: "/2/tweets", json: bodyOf(work), isCommit: true });
  const prepared = prepareCall(work.app, call);
  return {
    send: async (signal) => {
      const answer = await prepared.send(signal);
      try {
        return committedBy(work, answer);
      } catch (error) {
        const isDuplicate = error instanceof PlatformError && error.failure.code === DUPLICATE;
        if (!isDuplicate) throw error;
        return await explainDuplicate(work, error, signal);
      }
    },
  };
}

/** What an answer says of the post. Throws PlatformError, ambiguous where it may be there. Pure. */
export function committedBy(work: PublicationWork, answer: PlatformAnswer): Committed {
  const { status, body, raw } = answer;
  if (status < 200 || status > 299) throw failureOf(answer, "commit", work.connection.scopes);
  const read = made.safeParse(body);
  if (!read.success) throw malformedAnswer("X did not say which post it made", raw, true);
  const { id } = read.data.data;
  const beside = partial.safeParse(body).data?.errors ?? [];
  const warnings = beside.map(({ title, detail }) => ({
    code: "partial_answer",
    message: (detail ?? title ?? "X reports an error beside the post").slice(0, 500),
  }));
  return {
    id,
    state: "published",
    permalink: permalinkOf(work.connection.settings, id),
    warnings: [...warningsOf(work), ...warnings],
    raw,
  };
}

/** What is odd about a post that is there all the same. */
export function warningsOf({ facts, content }: PublicationWork): PublicationWarning[] {
  return content.mediaFiles.flatMap(({ name }, index) => {
    const refusal = mediaFactOf(facts, index)?.alt_refusal;
    return refusal === undefined ? [] : [{
      code: "alt_text_refused",
      message: `${name} has no alternative text: ${refusal}`,
      field: `mediaFiles.${index}`,
    }];
  });
}
