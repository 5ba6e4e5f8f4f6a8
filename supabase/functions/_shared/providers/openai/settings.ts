/** What OpenAI's tools are set to. */
import { z } from "zod";
import { inputFields } from "../kit/map_input.ts";

/** The settings of a tool under the name `openai`; OpenAI's file says what they mean. */
export const toolSettings = z.looseObject({ model: z.string().min(1), fields: inputFields });
