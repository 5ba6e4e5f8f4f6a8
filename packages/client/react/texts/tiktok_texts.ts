/** What is said where a post on TikTok is put together. TikTok's audit asks for most of it. */
import type { TikTokOption, TikTokPrivacy } from "../../../../shared/publishing/tiktok_settings.ts";

/** A text, or what leads to a policy of TikTok's. */
export type ConsentPart = string | { readonly policy: "music" | "branded"; readonly name: string };

export interface TikTokTexts {
  readonly title: string;
  readonly loading: string;
  readonly again: string;
  readonly nothing: string;
  /** Before the name of the account. */
  readonly postingAs: string;
  readonly mode: {
    readonly label: string;
    readonly direct: string;
    readonly draft: string;
    readonly draftHint: string;
  };
  readonly caption: string;
  readonly privacy: string;
  readonly choosePrivacy: string;
  readonly privacies: Readonly<Record<TikTokPrivacy, string>>;
  readonly interactions: string;
  readonly allowComments: string;
  readonly allowDuet: string;
  readonly allowStitch: string;
  readonly offInAccount: string;
  readonly disclose: string;
  readonly discloseHint: string;
  readonly ownBrand: string;
  readonly ownBrandHint: string;
  readonly brandedContent: string;
  readonly brandedContentHint: string;
  readonly brandedNotPrivate: string;
  /** What TikTok will write on the post. */
  readonly label: (option: TikTokOption, isBranded: boolean) => string;
  readonly madeWithAi: string;
  readonly autoAddMusic: string;
  readonly duration: (is: string, most: string) => string;
  readonly mostDuration: (most: string) => string;
  readonly consent: (isBranded: boolean) => readonly ConsentPart[];
  readonly delay: string;
  readonly missing: {
    readonly creator: string;
    readonly privacy: string;
    readonly disclosure: string;
    readonly too_long: string;
  };
  /** Of an account, where nothing is posted just now. */
  readonly facts: {
    readonly title: string;
    readonly chosenEachTime: string;
    readonly offUntilChosen: string;
  };
}
