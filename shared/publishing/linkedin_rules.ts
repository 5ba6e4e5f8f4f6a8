/** What LinkedIn takes: the table that preflight reads (docs/platforms/linkedin.md#limits, where each number is from). */
import { DOCUMENT_TYPES } from "../words/document_types.ts";
import type { LinkedInOption } from "./linkedin_settings.ts";
import type { OptionRules } from "./option_rules.ts";

const MEGABYTE = 1024 * 1024;

/** A person's post needs the one, an organization's the other: which, its connection says when it is published. */
const SCOPES = ["w_member_social|w_organization_social"];

/** By option. */
export const LINKEDIN_RULES: Readonly<Record<LinkedInOption, OptionRules>> = {
  linkedin_post: {
    text: { max: 3000, count: "utf16" },
    media: { min: 0, max: 20, images: 20, videos: 1, documents: 0, mixed: false },
    // A GIF is an image like the others.
    image: { types: ["image/jpeg", "image/png", "image/gif"], maxBytes: 20 * MEGABYTE },
    video: { types: ["video/mp4"], maxBytes: 500 * MEGABYTE, duration: { min: 3, max: 30 * 60 } },
    scopes: SCOPES,
  },
  linkedin_document: {
    text: { max: 3000, count: "utf16" },
    media: { min: 1, max: 1, images: 0, videos: 0, documents: 1 },
    document: { types: DOCUMENT_TYPES, maxBytes: 100 * MEGABYTE },
    scopes: SCOPES,
  },
};
