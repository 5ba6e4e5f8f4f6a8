/** Files against what an option takes: how many, of which kinds, and each as it was found to be. */
import type { MediaProbe } from "../requests/requests_publications.ts";
import { isOneOfTypes, mediaType } from "../words/media_types.ts";
import type { MediaRules, OptionRules, PublicationIssue } from "./option_rules.ts";

/** A file as it was found to be. */
export interface FoundMedia {
  /** By its first bytes; null for none that Esteira knows. */
  type: string | null;
  bytes: number;
  /** Null: it could not be looked into. */
  probe: MediaProbe | null;
}

type Kind = "image" | "video" | "gif" | "document";
const KINDS = ["image", "video", "gif", "document"] as const satisfies readonly Kind[];

/** What is wrong with the files of a publication, and what could not be told of them. */
export function checkMedia(
  rules: OptionRules,
  files: readonly FoundMedia[],
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const kinds = files.map(({ type }) => kindOf(rules, type));
  const found = files.map((file, index) =>
    checkFile(rules, kinds[index] ?? null, file, `mediaFiles.${index}`)
  );
  return {
    issues: [...checkCounts(rules.media, kinds), ...found.flatMap(({ issues }) => issues)],
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

/** A GIF is an image where an option has no rule of its own for it. */
function kindOf({ gif }: OptionRules, type: string | null): Kind | null {
  const bare = mediaType(type);
  if (bare === "image/gif" && gif) return "gif";
  const family = bare?.split("/")[0];
  if (family === "application") return "document";
  return family === "image" || family === "video" ? family : null;
}

function checkCounts(media: OptionRules["media"], kinds: readonly (Kind | null)[]): PublicationIssue[] {
  const count = (kind: Kind) => kinds.filter((one) => one === kind).length;
  const most = {
    image: media.images,
    video: media.videos,
    gif: media.gifs,
    document: media.documents,
  };
  const issues: PublicationIssue[] = [];
  if (kinds.length < media.min) {
    const message = kinds.length === 0
      ? `A file is needed${media.min > 1 ? `: ${media.min} at the least` : ""}.`
      : `There are ${kinds.length} files; ${media.min} are needed at the least.`;
    issues.push(ofAll("media_missing", message, { count: kinds.length, minimum: media.min }));
  }
  if (kinds.length > media.max) {
    const message = `There are ${kinds.length} files; ${media.max} are taken.`;
    issues.push(ofAll("too_many_media", message, { count: kinds.length, maximum: media.max }));
  }
  for (const kind of KINDS) {
    const maximum = most[kind];
    // Where there may be none, it is the file's type that is wrong.
    if (!maximum || count(kind) <= maximum) continue;
    const message = `There are ${count(kind)} files of kind ${kind}; ${maximum} are taken.`;
    issues.push(ofAll("too_many_media", message, { kind, count: count(kind), maximum }));
  }
  const there = [...new Set(kinds)].filter((kind) => kind !== null);
  if (media.mixed !== true && there.length > 1) {
    issues.push(
      ofAll("media_refused", `Files of kinds ${there.join(" and ")} do not go together.`, { there }),
    );
  }
  return issues;
}

function ofAll(code: string, message: string, details: Record<string, unknown>): PublicationIssue {
  return { code, field: "mediaFiles", message, details };
}

function checkFile(
  rules: OptionRules,
  kind: Kind | null,
  file: FoundMedia,
  field: string,
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const rule = kind === null ? undefined : rules[kind];
  if (!rule || !isOneOfTypes(file.type, rule.types)) {
    const allowed = [...new Set(KINDS.flatMap((one) => rules[one]?.types ?? []))];
    const message = `The file is ${file.type ?? "nothing that is known"}; ${allowed.join(", ")} are taken.`;
    return {
      issues: [{ code: "unsupported_file_type", field, message, details: { type: file.type, allowed } }],
      warnings: [],
    };
  }
  const issues = [...checkSize(rule, file.bytes, field), ...checkProbe(rule, file.probe, field)];
  const message = "The file could not be looked into; the platform may refuse it.";
  // Nothing in a document is looked into.
  const isUntold = kind !== "document" && (file.probe === null || isUnknown(rule, file.probe));
  return { issues, warnings: isUntold ? [{ code: "media_refused", field, message }] : [] };
}

function checkSize({ maxBytes }: MediaRules, bytes: number, field: string): PublicationIssue[] {
  if (bytes === 0) {
    return [{ code: "media_refused", field, message: "The file is empty.", details: { bytes } }];
  }
  if (bytes <= maxBytes) return [];
  const message = `The file has ${bytes} bytes; ${maxBytes} are taken.`;
  return [{ code: "file_too_large", field, message, details: { bytes, limit: maxBytes } }];
}

/** A hundredth more or less is how containers round. */
const CLOSE = 0.01;

function checkProbe(rule: MediaRules, probe: MediaProbe | null, field: string): PublicationIssue[] {
  if (!probe) return [];
  const aspect = probe.width && probe.height ? probe.width / probe.height : null;
  return [
    ...within("duration", probe.durationSeconds, rule.duration, field, "s"),
    ...within("aspect", aspect, rule.aspect, field),
    ...within("width", probe.width, rule.width, field, "pixels"),
    ...within("height", probe.height, rule.height, field, "pixels"),
    ...within("framesPerSecond", probe.framesPerSecond, rule.framesPerSecond, field),
    ...among("videoCodec", probe.videoCodec, rule.videoCodecs, field),
    ...among("audioCodec", probe.audioCodec, rule.audioCodecs, field),
  ];
}

function within(
  what: string,
  value: number | null,
  range: { min?: number; max?: number } | undefined,
  field: string,
  unit = "",
): PublicationIssue[] {
  if (value === null || range === undefined) return [];
  const { min = -Infinity, max = Infinity } = range;
  if (value >= min * (1 - CLOSE) && value <= max * (1 + CLOSE)) return [];
  const bounds = {
    ...range.min === undefined ? {} : { minimum: range.min },
    ...range.max === undefined ? {} : { maximum: range.max },
  };
  const shown = Math.round(value * 100) / 100;
  const message = `The file's ${what} is ${[shown, unit].join(" ").trim()}; ${
    Object.entries(bounds).map(([name, bound]) => `${name} ${bound}`).join(", ")
  }.`;
  return [{ code: "media_refused", field, message, details: { what, actual: shown, ...bounds } }];
}

function among(
  what: string,
  value: string | null,
  allowed: readonly string[] | undefined,
  field: string,
): PublicationIssue[] {
  if (value === null || allowed === undefined || allowed.includes(value)) return [];
  const message = `The file's ${what} is ${value}; ${allowed.join(", ")} are taken.`;
  return [{ code: "media_refused", field, message, details: { what, actual: value, allowed: [...allowed] } }];
}

/** Whether the probe leaves open something that the rule asks. That there is no sound is not unknown. */
function isUnknown(rule: MediaRules, probe: MediaProbe): boolean {
  const asked: [unknown, unknown][] = [
    [rule.duration, probe.durationSeconds],
    [rule.aspect ?? rule.width ?? rule.height, probe.width],
    [rule.framesPerSecond, probe.framesPerSecond],
    [rule.videoCodecs, probe.videoCodec],
  ];
  return asked.some(([isAsked, found]) => isAsked !== undefined && found === null);
}
