/** Access to a connection's account while one message is worked on: its token, renewed once where the platform refuses it. */
import { PlatformError } from "../../platforms/platform.ts";

/**
 * How a connection's access token is had. `refused`: the platform has just refused this one, and it is to be renewed.
 * Throws PlatformError: of class reconnect when its owner has to connect it anew, of class wait when not now.
 */
export type AccessOf = (connectionId: string, refused?: string) => Promise<string>;

/** A connection that lacks a right gets none by a new token of the same grant. */
const NOT_MENDED_BY_A_TOKEN: readonly string[] = ["missing_scope"];

export class Access {
  readonly #accessOf: AccessOf;
  readonly #connectionId: string;
  #token: string | undefined;
  /** All that were had, for whoever takes them out of what is kept. */
  readonly tokens = new Set<string>();
  #hasRenewed = false;

  constructor(accessOf: AccessOf, connectionId: string) {
    this.#accessOf = accessOf;
    this.#connectionId = connectionId;
  }

  /**
   * Does `call` with the token. Where the platform refuses that, has it renewed and does `call` once more: what was refused
   * was not done, a commit neither. Throws what `call` throws, and PlatformError where there is no access.
   */
  async with<T>(call: (accessToken: string) => Promise<T>): Promise<T> {
    const token = this.#token ??= await this.#get();
    try {
      return await call(token);
    } catch (error) {
      if (!isRefusal(error) || this.#hasRenewed) throw error;
      this.#hasRenewed = true;
      const fresh = this.#token = await this.#get(token);
      if (fresh === token) throw error;
      return await call(fresh);
    }
  }

  async #get(refused?: string): Promise<string> {
    const token = await this.#accessOf(this.#connectionId, refused);
    this.tokens.add(token);
    return token;
  }
}

/** Whether the platform has refused the token, for sure. */
function isRefusal(error: unknown): boolean {
  return error instanceof PlatformError && !error.isAmbiguous && error.failure.class === "reconnect" &&
    !NOT_MENDED_BY_A_TOKEN.includes(error.failure.code);
}
