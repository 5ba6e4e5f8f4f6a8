/** What the database tells of the machinery as a whole: for something outside to look at. */
import { z } from "zod";
import {
  type DeepDatabase,
  deepDatabase,
  type Metric,
  metric,
} from "../../../../shared/requests/requests_service.ts";
import { unwrap, worker } from "./database.ts";

/** What is wrong with the machinery, by the codes of the verdicts. */
export async function deepHealth(): Promise<DeepDatabase> {
  return deepDatabase.parse(unwrap(await worker().rpc("deep_health")));
}

/** The samples for Prometheus; those of one name stand together. */
export async function metrics(): Promise<Metric[]> {
  return z.array(metric).parse(unwrap(await worker().rpc("metrics")));
}
