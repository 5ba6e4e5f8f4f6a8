/** The options of a request, each with all that is wrong with it: before anything is charged, and whether or not it will be. */
import type { PublicationContent } from "../../../shared/publishing/content.ts";
import { checkOption } from "../../../shared/publishing/check_option.ts";
import type { PublicationIssue } from "../../../shared/publishing/option_rules.ts";
import { readSchedule } from "../../../shared/publishing/schedule.ts";
import { settingsSchemaOf } from "../../../shared/publishing/settings.ts";
import type { MediaProbe } from "../../../shared/requests/requests_publications.ts";
import type { ShownConnection } from "../../../shared/rows/connection.ts";
import { platformOf } from "../../../shared/words/platforms.ts";
import { fieldIssue } from "../_shared/http/issues.ts";
import { chooseConnection } from "./choose_connection.ts";
import type { KnownJob } from "./known_jobs.ts";
import type { LookedMedia } from "./looked_media.ts";
import type { OptionTerms } from "./option_terms.ts";
import type { Request, Wanted } from "./wanted.ts";

/** An option, as far as it can be judged without its files. */
export interface CheckedOption {
  wanted: Wanted;
  /** Null: it cannot be had. */
  terms: OptionTerms | null;
  /** Null: none can be used. */
  connection: ShownConnection | null;
  /** It was enqueued before, by the same request. */
  isKnown: boolean;
  content: PublicationContent;
  issues: PublicationIssue[];
  warnings: PublicationIssue[];
}

/** What all options of a request have in common. */
export interface Common {
  request: Request;
  groupId: string;
  connections: readonly ShownConnection[];
  now: Date;
}

/** Checks an option without its files. What was enqueued before is taken as it was: only what it says is read again. */
export function checkWithoutMedia(
  wanted: Wanted,
  terms: OptionTerms | null,
  known: KnownJob | undefined,
  { request, groupId, connections, now }: Common,
): CheckedOption {
  const isAsBefore = known !== undefined && wanted.connectionId === null;
  const chosen = isAsBefore
    ? { connection: null, issues: [], warnings: [] }
    : chooseConnection(platformOf(wanted.option), wanted.connectionId, connections);
  const schedule = scheduleOf(request, known ? new Date(known.created_at) : now);
  const settings = settingsOf(wanted);
  const content: PublicationContent = {
    connectionId: chosen.connection?.id ?? wanted.connectionId ?? known?.connection_id ?? "",
    groupId,
    caption: wanted.caption,
    mediaFiles: request.mediaFiles,
    media: request.mediaFiles.flatMap(({ path }) => path ?? []),
    settings: settings.value,
    allowDuplicate: request.allowDuplicate,
    ...schedule.at === null ? {} : { scheduledFor: schedule.at },
  };
  const isOff = terms === null && !known;
  return {
    wanted,
    terms,
    connection: chosen.connection,
    isKnown: known !== undefined,
    content,
    issues: [
      ...isOff ? [switchedOff(wanted)] : [],
      ...known ? [] : chosen.issues,
      ...schedule.issues,
      ...settings.issues,
    ],
    warnings: chosen.warnings,
  };
}

/** Adds what is wrong with its text, its files and the scopes of its connection. */
export function checkWithMedia(option: CheckedOption, media: LookedMedia): CheckedOption {
  const { wanted, terms, connection, content } = option;
  if (!terms) return option;
  const areThere = media.files.filter((file) => file !== null);
  // Where one cannot be had, what is wrong with their number is wrong with what is asked for, not with what was found.
  const checked = checkOption(terms.rules, {
    caption: content.caption,
    files: areThere.length === media.files.length ? areThere : [],
    scopes: connection?.scopes ?? null,
  });
  const isWhole = areThere.length === media.files.length;
  const own = checked.issues.filter(({ field }) => isWhole || !field.startsWith("mediaFiles"));
  const further = terms.platform.preflight(wanted.option, content, media.files.map(probeOf));
  return {
    ...option,
    issues: distinct([...option.issues, ...media.issues, ...own, ...further.issues]),
    warnings: distinct([...option.warnings, ...checked.warnings, ...further.warnings]),
  };
}

function switchedOff({ n, option }: Wanted): PublicationIssue {
  const message = `Nothing is published as ${option} here just now.`;
  return { code: "tool_disabled", field: `selectedOptions.${n}`, message };
}

function scheduleOf(
  { scheduledFor, timeZone }: Request,
  now: Date,
): { at: string | null; issues: PublicationIssue[] } {
  if (scheduledFor === undefined) return { at: null, issues: [] };
  const schedule = readSchedule(scheduledFor, timeZone, now);
  if (schedule.ok) return { at: schedule.at, issues: [] };
  const { field, message, details } = schedule;
  return { at: null, issues: [{ code: "invalid_schedule", field, message, details }] };
}

function settingsOf(
  { option, settings }: Wanted,
): { value: Record<string, unknown>; issues: PublicationIssue[] } {
  const schema = settingsSchemaOf(option);
  const result = schema.safeParse(settings);
  if (result.success) return { value: result.data, issues: [] };
  const issues = result.error.issues.map((issue) => {
    const { field, message, ...details } = fieldIssue(issue, schema, ["settings"]);
    return { code: "invalid_input", field, message: `${field}: ${message}`, details };
  });
  return { value: settings, issues };
}

/** What a file that could not be looked into is said to be by its first bytes. */
function probeOf(file: LookedMedia["files"][number]): MediaProbe | null {
  if (!file || file.type === null) return null;
  return file.probe ?? {
    contentType: file.type,
    bytes: file.bytes,
    width: null,
    height: null,
    durationSeconds: null,
    framesPerSecond: null,
    videoCodec: null,
    audioCodec: null,
  };
}

/** Each thing once: a platform may see what its table has said already. */
function distinct(issues: readonly PublicationIssue[]): PublicationIssue[] {
  const keys = issues.map(({ code, field }) => `${code} ${field}`);
  return issues.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}
