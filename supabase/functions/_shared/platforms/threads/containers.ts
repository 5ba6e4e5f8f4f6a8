/** Containers as Threads has them: texts are such too, and each is asked for (docs/platforms/threads.md#containers). */
import { MISSING_SUBCODES } from "../graph/containers/codes.ts";
import { containersOf } from "../graph/containers/containers.ts";
import { isVideo } from "../graph/is_video.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationWork } from "../platform.ts";
import { MEDIA_NOT_FOUND } from "./codes.ts";
import { carouselForm, partForm } from "./container_form.ts";
import { meaningOfReason, reasonIn } from "./container_reasons.ts";
import { threadsGraph } from "./graph.ts";

const MOST_ITEMS = 20;

export const {
  askContainer,
  commit,
  committedBy,
  limits,
  observe,
  outcomeOf,
  prepare,
  readStatus,
  reconcile,
  stepAfter,
} = containersOf({
  name: "Threads",
  graph: threadsGraph,
  edges: { create: "/threads", publish: "/threads_publish", limit: "/threads_publishing_limit" },
  fields: { word: "status", message: "error_message" },
  reasonIn,
  meaningOfReason,
  missingSubcodes: [...MISSING_SUBCODES, MEDIA_NOT_FOUND],
  isCarousel: ({ media }) => media.length > 1,
  checkFiles,
  formOf: partForm,
  carouselOf: carouselForm,
  firstWait: (files) => files.some(isVideo) ? 5 : files.length > 0 ? 2 : 1,
  // What is finished was seen not to be found just then; texts were not.
  settles: (files) => files.length > 0 ? 2 : 0,
});

/** What preflight has refused before, and nobody may change behind it. */
function checkFiles({ media, content }: PublicationWork): void {
  if (media.length === 0 && content.caption.trim() === "") {
    throw invalidInput("A post without files needs a text", "text_missing");
  }
  if (media.length > MOST_ITEMS) {
    throw invalidInput("There are too many files for this option", "too_many_media");
  }
}
