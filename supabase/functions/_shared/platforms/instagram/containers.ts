/** Containers as Instagram has them (docs/platforms/instagram.md#containers). */
import { MISSING_SUBCODES } from "../graph/containers/codes.ts";
import { containersOf } from "../graph/containers/containers.ts";
import { subcodeIn } from "../graph/graph_error.ts";
import { isVideo } from "../graph/is_video.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationWork } from "../platform.ts";
import { meaningOf } from "./codes.ts";
import { carouselForm, fileForm } from "./container_form.ts";
import { instagramGraph } from "./graph.ts";

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
  name: "Instagram",
  graph: instagramGraph,
  edges: { create: "/media", publish: "/media_publish", limit: "/content_publishing_limit" },
  fields: { word: "status_code", message: "status" },
  reasonIn(message) {
    const subcode = subcodeIn(message);
    return subcode === null ? null : `${subcode}`;
  },
  meaningOfReason: (reason) => reason === null ? undefined : meaningOf(null, Number(reason)),
  missingSubcodes: MISSING_SUBCODES,
  isCarousel: ({ option }) => option === "instagram_carousel",
  checkFiles,
  formOf(work, file, isItem) {
    if (!file) throw invalidInput("There is no file to publish", "media_missing");
    return fileForm(work, file, isItem);
  },
  carouselOf: carouselForm,
  firstWait: (files) => files.some(isVideo) ? 3 : 1,
  settles: () => 0,
});

/** What preflight has refused before, and nobody may change behind it. */
function checkFiles({ option, media }: PublicationWork): void {
  const [least, most] = option === "instagram_carousel" ? [2, 10] : [1, 1];
  if (media.length < least) throw invalidInput("There are too few files for this option", "media_missing");
  if (media.length > most) throw invalidInput("There are too many files for this option", "too_many_media");
  if (option === "instagram_reel" && !media.every(isVideo)) {
    throw invalidInput("A reel is a video", "media_refused");
  }
}
