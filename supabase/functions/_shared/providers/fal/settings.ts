/** What fal's tools are set to. */
import { z } from "zod";
import { inputFields } from "../kit/map_input.ts";

const model = z.string().regex(/^\w[\w.-]*(\/\w[\w.-]*){1,20}$/);
/** The settings of a tool under the name `fal`; fal's file says what they mean. */
export const toolSettings = z.looseObject({
  model,
  edit_model: model.optional(),
  fields: inputFields,
  output_field: z.string().optional(),
});
