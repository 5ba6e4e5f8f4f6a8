/**
 * Faults that a container carries from its making on, whichever platform has it. They are compared with its text, the
 * addresses of its media and the account's name; the items of a carousel have no text.
 */
import { z } from "zod";

const milliseconds = z.int().nonnegative();

/** Why a container fails is said in each platform's own way: those faults are its own. */
export const CONTAINER_FAULTS = [
  /** The media take `ms` to be processed instead of `processMs`. */
  z.strictObject({ kind: z.literal("slow_processing"), ms: milliseconds }),
  /** The media are fetched so long after the container was made. */
  z.strictObject({ kind: z.literal("slow_download"), ms: milliseconds }),
  /** The container is EXPIRED as soon as it is ready, or `ms` later. */
  z.strictObject({ kind: z.literal("container_expires"), ms: milliseconds.optional() }),
] as const;

/** A fault of a container, as far as all platforms know it. */
export interface ContainerFault {
  readonly kind: string;
  readonly ms?: number;
  /** The container said FINISHED by the time that it failed. */
  readonly said?: "FINISHED";
  /** Why it fails, in the platform's way. */
  readonly subcode?: number;
  readonly word?: string;
}
