/** What a simulator tells the kit about its provider's webhooks. */
import type { ProviderTypes, Reading, Task } from "./task.ts";

/** A webhook about to be sent, for its signature. */
export interface Signing<P extends ProviderTypes> {
  readonly task: Task<P>;
  readonly body: string;
  /** The same for all attempts, copies and replays of one webhook. */
  readonly deliveryId: string;
  /** When it is sent; for a replay, when it was sent. */
  readonly at: Date;
  /** `wrong`: sign with any key but the account's. */
  readonly key: "right" | "wrong";
}

/** How the provider sends webhooks. */
export interface WebhookRules<P extends ProviderTypes> {
  /** Where a task's webhooks go; undefined: it wants none. */
  url(task: Task<P>): string | undefined;
  /** The body that says this. Pure, and built from `reading`: what it says may differ from how the task is. */
  body(task: Task<P>, reading: Reading<P["failure"]>): string;
  /** Whether there is a webhook for this status. Default: for the three ends. */
  wants?(task: Task<P>, status: Reading<P["failure"]>["status"]): boolean;
  /** The headers of the signature. Default: none. */
  sign?(signing: Signing<P>): Record<string, string>;
  /** Makes the id of a webhook. Default: a UUID. */
  newId?(): string;
}
