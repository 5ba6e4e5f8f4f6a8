/**
 * Writes docs/openapi.json: the description of the API, made from the contract in shared/. `npm run openapi`; a test fails
 * while the file is out of date.
 */
import { join } from "node:path";
import { openapiDocument } from "../../shared/operations/openapi_document.ts";
import { ROOT } from "../paths.ts";

/** The file that is written. */
export const OPENAPI_FILE = join(ROOT, "docs/openapi.json");

/** The document as the file has it. */
export function generateOpenapi(): string {
  return `${JSON.stringify(openapiDocument(), null, 2)}\n`;
}

if (import.meta.main) await Deno.writeTextFile(OPENAPI_FILE, generateOpenapi());
