/** How an input names a file of the user's. */
import { z } from "zod";

/** Path of a file in the bucket `inputs`. That it is there, the user's own and of an allowed type is checked at creation. */
export const inputPath = z.string().min(1).max(1024);
