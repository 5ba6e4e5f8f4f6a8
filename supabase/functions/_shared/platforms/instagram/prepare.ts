/**
 * Containers are made, awaited and, where they fail for a reason that may pass, made again: one call of the graph at a
 * time, whose fact is stored before the next. A repeat of any makes a container that nobody publishes, and no post.
 */
import { malformedAnswer } from "../kit/failures.ts";
import { givenId } from "../../providers/kit/fields.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import { PlatformError, type Prepared, type PublicationWork } from "../platform.ts";
import { carouselForm, fileForm, isVideo } from "./container_form.ts";
import { pathOf } from "../graph/dialect.ts";
import { askGraph, recreateAfterOf } from "./graph.ts";
import { type Act, itemsOf, nextAct, partFacts, sinceOf, untilOf, WHOLE } from "./plan.ts";
import { awaitContainer } from "./await_container.ts";
import { again } from "./recreate.ts";

type Create = Extract<Act, { act: "create" | "ask" }>;

/** The next act of a publication's preparing. Throws PlatformError. */
export async function prepare(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  checkFiles(work);
  const next = nextAct(work, Date.now());
  if (next.act === "commit") return { state: "ready", until: untilOf(sinceOf(work, Date.now())) };
  return next.act === "create"
    ? await createContainer(work, next, signal)
    : await awaitContainer(work, next, signal);
}

async function createContainer(work: PublicationWork, next: Create, signal: AbortSignal): Promise<Prepared> {
  const { part, index } = next;
  const form = await formOfPart(work, index);
  const path = pathOf(work.connection.externalId, "/media");
  try {
    const { body, raw } = await askGraph(work, path, { form }, signal);
    const id = givenId.safeParse((body as Record<string, unknown>).id).data;
    if (id === undefined) throw malformedAnswer("Instagram named no container", raw);
    const since = sinceOf(work, Date.now());
    return {
      state: "more",
      name: "container_created",
      facts: { [part]: id, since },
      until: untilOf(since),
      seconds: firstWait(work, next),
      details: { container: id, ...index === null ? {} : { item: index } },
    };
  } catch (error) {
    const after = error instanceof PlatformError ? recreateAfterOf(error.failure) : undefined;
    if (!(error instanceof PlatformError) || after === undefined) throw error;
    return again(work, part, { name: "container_refused", failure: error.failure, after });
  }
}

async function formOfPart(work: PublicationWork, index: number | null) {
  const items = itemsOf(work);
  if (index === null && items.length > 0) {
    return carouselForm(work, items.map((item) => partFacts(work, item).id ?? ""));
  }
  const file = work.media[index ?? 0];
  if (!file) throw invalidInput("There is no file to publish", "media_missing");
  return await fileForm(work, file, index !== null);
}

/** Items that others follow are not waited for. */
function firstWait(work: PublicationWork, { part, index }: Create): number {
  const isLast = part === WHOLE || index === work.media.length - 1;
  return isLast ? work.media.some(isVideo) ? 3 : 1 : 0;
}

/** What preflight has refused before, and nobody may change behind it. */
function checkFiles({ option, media }: PublicationWork): void {
  const [least, most] = option === "instagram_carousel" ? [2, 10] : [1, 1];
  if (media.length < least) throw invalidInput("There are too few files for this option", "media_missing");
  if (media.length > most) throw invalidInput("There are too many files for this option", "too_many_media");
  if (option === "instagram_reel" && !media.every(isVideo)) {
    throw invalidInput("A reel is a video", "media_refused");
  }
}
