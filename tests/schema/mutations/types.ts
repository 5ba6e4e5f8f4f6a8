/** Enums, composite types and domains. */
import { added, changed, type Mutation } from "./mutation.ts";

export const TYPES: readonly Mutation[] = [
  changed(
    "a word is added to an enum",
    "alter type public.job_status add value 'lost'",
    "type public.job_status",
    "labels",
  ),
  changed(
    "an enum's comment is edited",
    "comment on type public.job_step is null",
    "type public.job_step",
    "comment",
  ),
  changed(
    "an attribute is added to a composite type",
    "alter type private.message add attribute spare text",
    "type private.message",
    "attributes",
  ),
  changed(
    "a type's use is revoked",
    "revoke usage on type public.model_status from public",
    "type public.model_status",
    "grants",
  ),
  added(
    "a domain is made",
    "create domain public.percent as integer check (value <= 100)",
    "type public.percent",
  ),
];
