/** Files that clients sent, by the names the provider gave them: in one temporary directory, gone with the simulator. */
import { type ReceivedFile, type ReceivedUpload, receiveUpload } from "./receive_upload.ts";

/** Holds files until `remove`. Makes its directory with the first file. */
export class UploadStore {
  readonly #files = new Map<string, ReceivedFile>();
  readonly #prefix: string;
  readonly #parent: string | undefined;
  #directory: Promise<string> | undefined;

  /**
   * @param prefix how the directory's name begins: `kie-simulator-`.
   * @param parent where it is made. Default: where the system keeps temporary files.
   */
  constructor(prefix: string, parent?: string) {
    this.#prefix = prefix;
    this.#parent = parent;
  }

  /**
   * Reads an upload request to its end. The file in it, of this field, must be given to `keep` or `discard`.
   * @throws MultipartError when the body is not multipart.
   */
  async receive(request: Request, maxBytes: number, field = "file"): Promise<ReceivedUpload> {
    return await receiveUpload(request, { directory: await this.directory(), maxBytes, field });
  }

  /** Keeps a file under a name; one that had the name goes. */
  async keep(name: string, file: ReceivedFile): Promise<void> {
    const before = this.#files.get(name);
    this.#files.set(name, file);
    if (before && before.path !== file.path) await this.discard(before);
  }

  /** The file of this name, if there is one. */
  get(name: string): ReceivedFile | undefined {
    return this.#files.get(name);
  }

  /** Forgets the file of this name, if there is one; returns whether there was. */
  async forget(name: string): Promise<boolean> {
    const file = this.#files.get(name);
    if (!file) return false;
    this.#files.delete(name);
    await this.discard(file);
    return true;
  }

  async discard(file: ReceivedFile): Promise<void> {
    await Deno.remove(file.path);
  }

  /** The directory, made when there is none yet; its owner may put files of its own there. */
  directory(): Promise<string> {
    const where = this.#parent === undefined ? {} : { dir: this.#parent };
    return this.#directory ??= Deno.makeTempDir({ prefix: this.#prefix, ...where });
  }

  /** Removes everything from disk. */
  async remove(): Promise<void> {
    if (this.#directory) await Deno.remove(await this.#directory, { recursive: true });
  }
}
