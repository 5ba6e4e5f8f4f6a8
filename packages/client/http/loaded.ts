/** Code that is loaded when it is needed. */
import { toError } from "./outcome.ts";

/** @throws EsteiraError `network`: the server of the app's own files is away, or has newer ones */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw toError("network", `A part of the app could not be loaded: ${error}`);
  }
}
