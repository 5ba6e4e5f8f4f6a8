/** The operations of the function `models`. */
import { z } from "zod";
import { modelsResponse, modelStatus } from "../rows/model.ts";
import type { Operation } from "./operation.ts";

export const MODELS_OPERATIONS: readonly Operation[] = [
  {
    id: "listModels",
    function: "models",
    method: "get",
    path: "",
    summary: "List your models, newest first, at most 100",
    access: "user",
    answer: { status: 200, schema: modelsResponse, description: "The models" },
    isTagged: true,
    errors: [],
  },
  {
    id: "getModelStatus",
    function: "models",
    method: "get",
    path: "/{id}/status",
    summary: "Ask where a training stands",
    access: "user",
    params: z.object({ id: z.guid() }),
    answer: {
      status: 200,
      schema: modelStatus,
      description: "Status, progress, and the model when it is READY",
    },
    isTagged: true,
    errors: ["not_found"],
  },
];
