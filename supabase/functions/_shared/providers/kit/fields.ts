/** Fields of what providers say, each read on its own: one of an unexpected type must not cost us the others. */
import { z } from "zod";

/** Text; null where there is none, or something else. */
export const looseText = z.string().min(1).nullish().catch(null);
