/**
 * Documents of Word and PowerPoint. Their first bytes show the container alone, which both have: a compound file, or a ZIP
 * archive whose first entry is one that such packages begin with. Which of the two it is, is told by what it is said to be.
 */
import { DOCUMENT_ENDINGS, documentTypeOf } from "../../../../shared/words/document_types.ts";

const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ARCHIVE = [0x50, 0x4b, 0x03, 0x04];
/** The first entry of a package (ECMA-376 part 2), by the programs that write them. */
const ENTRY = /^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|customXml\/|word\/|ppt\/)/;
/** Where a ZIP archive names its first entry. */
const NAME_AT = 30;

/** The endings of those that have each container. */
const COMPOUNDS = ["doc", "ppt"];
const PACKAGES = ["docx", "pptx"];

/** The media type of a document, or null. `said`: its name, its address or its type, the first that says something counts. */
export function documentType(bytes: Uint8Array, said: readonly (string | null)[]): string | null {
  const endings = begins(bytes, COMPOUND) ? COMPOUNDS : isPackage(bytes) ? PACKAGES : [];
  const kinds = endings.flatMap((ending) => documentTypeOf(ending) ?? []);
  for (const words of said) {
    const bare = words?.split(/[;?#]/)[0]?.trim().toLowerCase() ?? "";
    const kind = kinds.find((type) => bare === type || bare.endsWith(`.${DOCUMENT_ENDINGS[type]}`));
    if (kind !== undefined) return kind;
  }
  return null;
}

function isPackage(bytes: Uint8Array): boolean {
  return begins(bytes, ARCHIVE) && ENTRY.test(String.fromCharCode(...bytes.slice(NAME_AT, NAME_AT + 24)));
}

function begins(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
