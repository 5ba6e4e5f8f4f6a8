/** What the components say of publishing. */
import type {
  ConnectionState,
  GroupState,
  Option,
  PlatformName,
} from "../../../../shared/words/platforms.ts";
import type { SettingsTexts } from "./settings_texts.ts";
import type { TikTokTexts } from "./tiktok_texts.ts";

/** Why a publication waits, where that is not its turn or its time. */
export type Hold =
  | "connection_busy"
  | "reconnect_needed"
  | "revoked"
  | "limited"
  | "platform_paused"
  | "posting_limit";

export interface PublishingTexts {
  readonly platforms: Readonly<Record<PlatformName, string>>;
  readonly options: Readonly<Record<Option, string>>;
  readonly settings: SettingsTexts;
  readonly tiktok: TikTokTexts;
  /** What is odd about a publication, or will be, by its code; what stands here not is told as it came. */
  readonly notes: Readonly<Record<string, string>>;
  readonly publish: {
    readonly button: string;
    readonly uploading: string;
    readonly enqueuing: string;
    readonly cancelUpload: string;
    /** How many of how many options were enqueued. */
    readonly enqueued: (count: number, of: number) => string;
    readonly notEnqueued: string;
    /** `281 of 280` */
    readonly countOf: (count: number, maximum: number) => string;
  };
  readonly preflight: {
    readonly title: string;
    readonly ok: string;
    readonly notOk: string;
    readonly withWarnings: string;
    readonly price: (credits: number) => string;
    readonly total: (credits: number, balance: number) => string;
  };
  readonly connections: {
    readonly title: string;
    readonly none: string;
    readonly loading: string;
    readonly connect: (platform: string) => string;
    readonly connecting: string;
    readonly state: Readonly<Record<ConnectionState, string>>;
    readonly hint: Readonly<Record<ConnectionState, string | null>>;
    readonly until: (when: string) => string;
    readonly expires: (when: string) => string;
    /** What may still be posted in a window of time: `in 24 h`. */
    readonly left: (left: number, total: number, span: string) => string;
    readonly noneLeft: (when: string | null) => string;
    readonly counted: string;
    readonly reconnect: string;
    readonly refresh: string;
    readonly refreshing: string;
    readonly disconnect: string;
    readonly disconnecting: string;
    /** Asked before. */
    readonly disconnectAsk: string;
    readonly keep: string;
    readonly disconnectAnyway: string;
    readonly connected: (name: string) => string;
    readonly choose: (platform: string) => string;
    /** Where there is but one: whoever is signed in here says that it is theirs. */
    readonly confirm: (platform: string) => string;
    readonly chooseOne: string;
    readonly chosen: string;
    readonly moreAccounts: string;
    readonly noAccounts: string;
    readonly done: string;
    readonly failed: string;
  };
  readonly publication: {
    readonly list: string;
    readonly empty: string;
    readonly loading: string;
    readonly more: string;
    readonly group: Readonly<Record<GroupState, string>>;
    readonly groupCount: (done: number, total: number) => string;
    readonly state: {
      readonly waiting: string;
      readonly scheduled: (when: string) => string;
      readonly prepare: string;
      readonly commit: string;
      readonly observe: string;
      readonly completed: string;
      readonly inbox: string;
      readonly failed: string;
      readonly cancelled: string;
      readonly unknown: string;
      readonly there: string;
      readonly not_there: string;
    };
    readonly hold: Readonly<Record<Hold, string>>;
    readonly unknown: string;
    readonly there: string;
    readonly notThere: string;
    readonly resolving: string;
    readonly open: (platform: string) => string;
    readonly steps: (count: number) => string;
    readonly step: { readonly prepare: string; readonly commit: string; readonly observe: string };
    /** What was done at a platform, by its name; what stands here not is shown by its own words. */
    readonly acts: Readonly<Record<string, string>>;
    readonly warnings: string;
    readonly charged: string;
    readonly noCaption: string;
  };
}
