/** A channel in words; one that this console does not know, as it is. */
import type { realtimeTexts } from "./texts.ts";

export function channelName({ channels }: (typeof realtimeTexts)["en"], channel: string | null): string {
  return (channels as Readonly<Record<string, string>>)[channel ?? "all"] ?? channel ?? "";
}

/** What is to be known of it. */
export function channelNote({ channelNotes }: (typeof realtimeTexts)["en"], channel: string | null): string {
  return (channelNotes as Readonly<Record<string, string>>)[channel ?? "all"] ?? "";
}
