/**
 * Signed URLs: HS256 tokens under a secret of this run. What a token is for is part of it, so that one made for
 * downloading cannot upload.
 */
import { jwtVerify, SignJWT } from "jose";
import { StorageError } from "./storage_error.ts";

/** Seconds that a signed upload URL is good for; storage-api's default. */
const UPLOAD_EXPIRY = 2 * 60 * 60;

interface Upload {
  /** Owner of the object to come: the user who asked for the URL. */
  owner: string | undefined;
  upsert: boolean;
}

export class Signer {
  readonly #secret = crypto.getRandomValues(new Uint8Array(32));

  /** Token to download `path` (`<bucket>/<key>`) for `expiresIn` seconds. */
  async signDownload(path: string, expiresIn: number): Promise<string> {
    return await this.#sign({ url: path, use: "download" }, expiresIn);
  }

  /** Token to upload to `path` (`<bucket>/<key>`). */
  async signUpload(path: string, { owner, upsert }: Upload): Promise<string> {
    return await this.#sign({ url: path, use: "upload", owner, upsert }, UPLOAD_EXPIRY);
  }

  /** Returns when the token expires. @throws StorageError `InvalidJWT`, `InvalidSignature` */
  async verifyDownload(token: string, path: string): Promise<Date> {
    const { exp } = await this.#verify(token, "download", path);
    return new Date((exp ?? 0) * 1000);
  }

  /** @throws StorageError `InvalidJWT`, `InvalidSignature` */
  async verifyUpload(token: string, path: string): Promise<Upload> {
    const { owner, upsert } = await this.#verify(token, "upload", path);
    return { owner: typeof owner === "string" ? owner : undefined, upsert: upsert === true };
  }

  async #sign(payload: Record<string, unknown>, expiresIn: number): Promise<string> {
    return await new SignJWT(payload).setProtectedHeader({ alg: "HS256" }).setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn).sign(this.#secret);
  }

  async #verify(token: string, use: "download" | "upload", path: string) {
    const verified = await jwtVerify(token, this.#secret, { algorithms: ["HS256"] }).catch((error: Error) => {
      throw new StorageError(400, "InvalidJWT", error.message);
    });
    if (verified.payload.use !== use || verified.payload.url !== path) {
      throw new StorageError(400, "InvalidSignature", "Invalid signature");
    }
    return verified.payload;
  }
}
