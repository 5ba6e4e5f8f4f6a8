/** What a person has put together to publish, and the request that it comes to. Pure. */
import { type Option, type PlatformName, platformOf, type ShownConnection } from "@esteira/client";
import type { PostSettingsValue, PublishWish } from "@esteira/client/react";

export interface Draft {
  readonly options: readonly Option[];
  /** Which account, by platform, where there are several. */
  readonly accounts: Readonly<Partial<Record<PlatformName, string>>>;
  readonly caption: string;
  /** Captions of options that have one of their own. */
  readonly own: Readonly<Partial<Record<Option, string>>>;
  /** What is set for options. */
  readonly settings: Readonly<Partial<Record<Option, PostSettingsValue>>>;
  readonly files: readonly File[];
  /** As a field for date and time has it, in this browser's zone; empty: now. */
  readonly when: string;
}

export const EMPTY: Draft = {
  options: [],
  accounts: {},
  caption: "",
  own: {},
  settings: {},
  files: [],
  when: "",
};

/** Takes an option in, or out. */
export function toggled(draft: Draft, option: Option): Draft {
  const options = draft.options.includes(option)
    ? draft.options.filter((one) => one !== option)
    : [...draft.options, option];
  return { ...draft, options };
}

/** The account that an option is published with; null: it has still to be chosen, or connected. */
export function accountOf(
  { accounts }: Draft,
  option: Option,
  connections: readonly ShownConnection[],
): string | null {
  const platform = platformOf(option);
  const usable = connections.filter((one) => one.platform === platform && one.state !== "revoked");
  return accounts[platform] || (usable.length === 1 && usable[0]?.id) || null;
}

/** Document 003's request. */
export function wishOf({ options, accounts, caption, own, settings, files, when }: Draft): PublishWish {
  const connections = options.flatMap((option) => {
    const id = accounts[platformOf(option)];
    return id ? [[option, id]] : [];
  });
  const specific = options.flatMap((option) => own[option] ? [[option, own[option]]] : []);
  const set = options.flatMap((option) => {
    const value = settings[option];
    return value && Object.keys(value).length > 0 ? [[option, { ...value }] as const] : [];
  });
  return {
    selectedOptions: [...options],
    captions: { universal: caption, specific: Object.fromEntries(specific) },
    ...set.length > 0 && { settings: Object.fromEntries(set) },
    ...connections.length > 0 && { connections: Object.fromEntries(connections) },
    ...files.length > 0 && { files },
    ...when !== "" &&
      { scheduledFor: when, timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone },
  };
}

/** Whether there is anything to publish, and anywhere to publish it. */
export function isReady({ options, caption, own, files }: Draft): boolean {
  return options.length > 0 &&
    (files.length > 0 || caption.trim() !== "" || Object.values(own).some(Boolean));
}
