/** What a person has put together to publish, and the request that it comes to. Pure. */
import { type Option, type PlatformName, platformOf } from "@esteira/client";
import type { PublishWish } from "@esteira/client/react";

export interface Draft {
  readonly options: readonly Option[];
  /** Which account, by platform, where there are several. */
  readonly accounts: Readonly<Partial<Record<PlatformName, string>>>;
  readonly caption: string;
  /** Captions of options that have one of their own. */
  readonly own: Readonly<Partial<Record<Option, string>>>;
  readonly files: readonly File[];
  /** As a field for date and time has it, in this browser's zone; empty: now. */
  readonly when: string;
}

export const EMPTY: Draft = { options: [], accounts: {}, caption: "", own: {}, files: [], when: "" };

/** Takes an option in, or out. */
export function toggled(draft: Draft, option: Option): Draft {
  const options = draft.options.includes(option)
    ? draft.options.filter((one) => one !== option)
    : [...draft.options, option];
  return { ...draft, options };
}

/** Document 003's request. */
export function wishOf({ options, accounts, caption, own, files, when }: Draft): PublishWish {
  const connections = options.flatMap((option) => {
    const id = accounts[platformOf(option)];
    return id ? [[option, id]] : [];
  });
  const specific = options.flatMap((option) => own[option] ? [[option, own[option]]] : []);
  return {
    selectedOptions: [...options],
    captions: { universal: caption, specific: Object.fromEntries(specific) },
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
