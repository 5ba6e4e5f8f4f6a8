/** The shape of the table that preflight reads: what an option takes. */

export interface MediaRules {
  /** Media types that are taken. */
  types: readonly string[];
  maxBytes: number;
  /** Seconds. */
  duration?: { min: number; max: number };
  /** Width ÷ height. */
  aspect?: { min: number; max: number };
  /** Pixels. */
  width?: { min?: number; max?: number };
  height?: { min?: number; max?: number };
  framesPerSecond?: { min: number; max: number };
  /** As mediabunny names them: `avc`, `hevc`, `aac`, … */
  videoCodecs?: readonly string[];
  audioCodecs?: readonly string[];
}

export interface OptionRules {
  /** How a caption is counted: in UTF-16 units, code points (emoji in bytes or not), bytes of UTF-8, or by X's weights. */
  text: {
    max: number;
    count: "utf16" | "codepoints" | "emoji_bytes" | "bytes" | "weighted";
    required?: boolean;
  };
  /** `isUnique`: the same one again does not count. */
  links?: { max: number; isUnique?: true };
  hashtags?: { max: number };
  mentions?: { max: number };
  /** How many files in all, and of each kind together. */
  media: {
    min: number;
    max: number;
    images?: number;
    videos?: number;
    gifs?: number;
    documents?: number;
    mixed?: boolean;
  };
  image?: MediaRules;
  video?: MediaRules;
  gif?: MediaRules;
  document?: MediaRules;
  /** Scopes that a connection must have been granted; `a|b`: one of them, where there are two ways to sign in. */
  scopes: readonly string[];
}

/** What is wrong with a publication, or will be odd about it. */
export interface PublicationIssue {
  /** Stable: one of the codes of `errors.ts`. */
  code: string;
  /** The field at fault: `caption`, `mediaFiles.0`, `settings.coverUrl`, … */
  field: string;
  message: string;
  /** Numbers that help: `{count, maximum}`, … */
  details?: Record<string, unknown>;
}
