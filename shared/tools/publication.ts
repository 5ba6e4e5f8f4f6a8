/** Input of the tools that publish, one an option: content of document 003, with the option's own settings. */
import type { z } from "zod";
import { publicationContent } from "../publishing/content.ts";
import { settingsSchemaOf } from "../publishing/settings.ts";
import { type Option, OPTIONS } from "../words/platforms.ts";

/** `media` names the same files as `mediaFiles` does by path, in the same order: those are handed over as copies. */
function inputOf(option: Option): z.ZodType<Record<string, unknown>> {
  return publicationContent.extend({ settings: settingsSchemaOf(option) }).refine(
    ({ media, mediaFiles }) => {
      const paths = mediaFiles.flatMap(({ path }) => path ?? []);
      return paths.length === media.length && paths.every((path, index) => path === media[index]);
    },
    { path: ["media"], error: "names the paths of mediaFiles, in their order" },
  );
}

/** By option. */
export const publicationInputs: Readonly<Record<string, z.ZodType<Record<string, unknown>>>> = Object
  .fromEntries(OPTIONS.map((option) => [option, inputOf(option)]));
