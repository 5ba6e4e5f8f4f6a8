/** Calls of an app to the functions, by supabase-js. */
import { uploadResponse } from "../../shared/requests/requests.ts";
import type { Client } from "./environment.ts";

/** Calls a function. @throws Error with the body of the answer when it refuses. */
export async function call(client: Client, name: string, body: Record<string, unknown>): Promise<unknown> {
  const { data, error } = await client.functions.invoke(name, { body });
  if (error) throw new Error(`${name}: ${await error.context?.text?.() ?? error.message}`);
  return data;
}

/** Uploads a PNG for an input field of a tool and returns its path. */
export async function upload(
  client: Client,
  tool: string,
  field: string,
  picture: Uint8Array<ArrayBuffer>,
  contentType = "image/png",
): Promise<string> {
  const request = { tool, field, contentType, size: picture.length };
  const place = uploadResponse.parse(await call(client, "jobs/uploads", request));
  const file = new Blob([picture], { type: contentType });
  const { error } = await client.storage.from(place.bucket).uploadToSignedUrl(place.path, place.token, file);
  if (error) throw error;
  return place.path;
}
