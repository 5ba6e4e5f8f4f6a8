/** The Data API exposes `worker`, for the functions, and `ops_api`, for operators, beside whatever it exposes. */
import { z } from "zod";
import { DeployError } from "../deploy_error.ts";
import type { ManagementApi } from "../management_api.ts";
import { done, type Step, toDo } from "../step.ts";

const PATH = "/postgrest";
const NEEDED = ["worker", "ops_api"];
const config = z.object({ db_schema: z.string() });

async function exposed(api: ManagementApi): Promise<string[]> {
  const found = await api.read(PATH, config);
  return (found?.db_schema ?? "").split(",").map((name) => name.trim()).filter(Boolean);
}

export const exposureStep: Step = {
  name: "exposure",
  async look({ api }) {
    const schemas = await exposed(api);
    if (schemas.length === 0) {
      throw new DeployError(
        "data_api_off",
        "The Data API is switched off, and the functions work through it.",
        "Dashboard → Project Settings → Data API: enable it, with the schema public, and run this again.",
      );
    }
    const missing = NEEDED.filter((name) => !schemas.includes(name));
    if (missing.length === 0) return done(`The Data API exposes ${schemas.join(", ")}.`);
    return toDo(`Expose ${missing.join(" and ")} beside ${schemas.join(", ")}.`);
  },
  async act({ api }) {
    // Read at the last moment: what is sent replaces the list.
    const schemas = await exposed(api);
    const missing = NEEDED.filter((name) => !schemas.includes(name));
    await api.change(PATH, { db_schema: [...schemas, ...missing].join(",") });
  },
};
