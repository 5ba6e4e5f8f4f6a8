/** The one call that makes a publication visible, by the way it goes: one schema for the form of each. */
import { z } from "zod";
import { givenId, looseId } from "../../providers/kit/fields.ts";
import { pathOf } from "../graph/dialect.ts";
import { isSuccess } from "../graph/failures.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import { type PlatformAnswer, prepareCall } from "../kit/platform_call.ts";
import { type Committed, PlatformError, type PreparedCommit, type PublicationWork } from "../platform.ts";
import { NO_BYTES } from "./codes.ts";
import { explainDuplicate, isDuplicate } from "./duplicate.ts";
import { failureOf, graphCall } from "./graph.ts";
import { PHOTO, VIDEO } from "./names.ts";
import { photosIn, textFact, type Way, wayOf } from "./plan.ts";
import { settingsOf } from "./settings.ts";
import { edgeOf } from "./video_upload.ts";

/** Facebook may take long over it; what has no answer by then is asked after. */
const COMMIT_TIMEOUT_MS = 60_000;

const text = z.string().min(1).optional();
const id = z.string().regex(/^\d{1,32}$/);
const address = z.url({ protocol: /^https?$/ });
const FORMS = {
  text: z.strictObject({ message: text, link: address.optional(), place: id.optional() })
    .refine(({ message, link }) => message !== undefined || link !== undefined, { error: "says nothing" }),
  photos: z.record(z.string().regex(/^(?:message|place|attached_media\[\d\])$/), z.string().min(1)),
  video: z.strictObject({ file_url: address, description: text, title: text }),
  upload: z.strictObject({
    upload_phase: z.literal("finish"),
    video_id: id,
    video_state: z.literal("PUBLISHED").optional(),
    description: text,
    title: text,
    place: id.optional(),
  }),
  story: z.strictObject({ photo_id: id }),
} as const satisfies Readonly<Record<Way, z.ZodType<Record<string, string | undefined>>>>;
const EDGES = { text: "/feed", photos: "/feed", video: "/videos", story: "/photo_stories" } as const;

/** Builds the commit of what was prepared. Throws PlatformError where there can be none. */
export function commit(work: PublicationWork): PreparedCommit {
  const way = wayOf(work);
  const path = pathOf(work.connection.externalId, way === "upload" ? edgeOf(work) : EDGES[way]);
  // Looked at before the fence; the address of a file is had only then, for it is good for a while.
  const form = formOf(way, work, "https://files.invalid/file");
  return {
    send: async (signal) => {
      const fileUrl = way === "video" ? await work.media[0]?.url() : undefined;
      const call = graphCall(work, path, {
        form: fileUrl === undefined ? form : formOf(way, work, fileUrl),
        isCommit: true,
        timeoutMs: COMMIT_TIMEOUT_MS,
      });
      const answer = await prepareCall(work.app, call).send(signal);
      try {
        return committedBy(work, answer);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        if (isDuplicate(error)) return await explainDuplicate(work, error, signal);
        throw toldAgain(way, error);
      }
    },
  };
}

/** The bytes of a video never came: preparing tells Facebook once more where they are, after it has asked. */
function toldAgain(way: Way, error: PlatformError): PlatformError {
  const { failure, isAmbiguous, isUnreachable } = error;
  if (way !== "upload" || failure.code.split("/")[0] !== `${NO_BYTES}`) return error;
  return new PlatformError(failure, { isAmbiguous, isUnreachable, facts: { sent: "", whole_at: "" } });
}

/** The form of a commit, as its schema has it. Throws PlatformError for what Facebook would not take. Pure. */
export function formOf(way: Way, work: PublicationWork, fileUrl: string): Record<string, string | undefined> {
  const { data, error } = FORMS[way].safeParse(fieldsOf(way, work, fileUrl));
  if (data) return data;
  throw invalidInput(
    `Nothing can be published: ${error.issues[0]?.path.join(".") || "it"} is not as Facebook takes it`,
  );
}

function fieldsOf(way: Way, work: PublicationWork, fileUrl: string): Record<string, string> {
  const { link, placeId, title } = settingsOf(work);
  const photos = photosIn(work).slice(0, work.media.length);
  const words = work.content.caption;
  const given = (fields: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => value ? [[name, value]] : []));
  switch (way) {
    case "text":
      return given({ message: words, link, place: placeId });
    case "photos": {
      if (photos.length === 0 || photos.length < work.media.length) throw missing("photos");
      const attached = photos.map((
        photo,
        at,
      ) => [`attached_media[${at}]`, JSON.stringify({ media_fbid: photo })]);
      return given({ message: words, place: placeId, ...Object.fromEntries(attached) });
    }
    case "video":
      return given({ file_url: fileUrl, description: words, title });
    case "story": {
      const [photo] = photos;
      if (photo === undefined) throw missing("photo");
      return given({ photo_id: photo });
    }
    case "upload": {
      const video = textFact(work, "video");
      if (video === undefined) throw missing("video");
      const finish = { upload_phase: "finish", video_id: video };
      if (work.option === "facebook_story") return given(finish);
      return given({ ...finish, video_state: "PUBLISHED", description: words, title, place: placeId });
    }
  }
}

const taken = z.looseObject({
  success: z.boolean().optional().catch(undefined),
  id: looseId,
  post_id: looseId,
});

/** What the answer to a commit says. Throws PlatformError, ambiguous unless it is a refusal for certain. Pure. */
export function committedBy(work: PublicationWork, answer: PlatformAnswer): Committed {
  if (!isSuccess(answer)) throw failureOf(answer, work, { isCommit: true });
  const { raw } = answer;
  const { success, id, post_id } = taken.parse(answer.body);
  const named = nameOf(wayOf(work), {
    id,
    post_id,
    success,
    video: textFact(work, "video"),
    photo: photosIn(work)[0],
  });
  if (named === null) throw malformedAnswer("Facebook did not say what it published", raw, true);
  // It is there, or will be: where, `observe` asks. The name is kept before anything else is done.
  return { id: named, state: "processing", raw };
}

interface Said {
  success: boolean | undefined;
  id: string | null | undefined;
  post_id: string | null | undefined;
  video: string | undefined;
  photo: string | undefined;
}

function nameOf(way: Way, { id, post_id, success, video, photo }: Said): string | null {
  const read = givenId.safeParse(id).data ?? null;
  switch (way) {
    case "text":
    case "photos":
      return read;
    case "video":
      return read === null ? null : VIDEO + read;
    case "upload":
      return success === true && video !== undefined ? VIDEO + video : null;
    case "story":
      if (post_id) return post_id;
      return success === true && photo !== undefined ? PHOTO + photo : null;
  }
}

function missing(what: string): PlatformError {
  return new PlatformError({
    class: "backoff",
    scope: "publication",
    code: `${what}_missing`,
    message: `The ${what} to publish have not been handed to Facebook`,
  });
}
