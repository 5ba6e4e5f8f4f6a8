/** Fields of what providers say, each read on its own: one of an unexpected type must not cost us the others. */
import { z } from "zod";

/** Text; null where there is none, or something else. */
export const looseText = z.string().min(1).nullish().catch(null);

/** A task's id, kept as text, be it one or a number: the same task has the same id whichever way it is written. */
export const givenId = z.union([z.string().min(1), z.number().int().nonnegative().transform(String)]);
/** The same; null where there is none, or something else. */
export const looseId = givenId.nullish().catch(null);
