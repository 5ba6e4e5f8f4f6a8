/** Documents that are files of publications, and how their names end. The bucket `inputs` takes these types by SQL. */

const OFFICE = "application/vnd.openxmlformats-officedocument";

/** Media type → ending, without the dot. */
export const DOCUMENT_ENDINGS: Readonly<Record<string, string>> = {
  "application/pdf": "pdf",
  "application/msword": "doc",
  "application/vnd.ms-powerpoint": "ppt",
  [`${OFFICE}.wordprocessingml.document`]: "docx",
  [`${OFFICE}.presentationml.presentation`]: "pptx",
};

export const DOCUMENT_TYPES: readonly string[] = Object.keys(DOCUMENT_ENDINGS);

/** The type of a document by the ending of its name, without the dot; undefined: no document that is known. */
export function documentTypeOf(ending: string): string | undefined {
  return DOCUMENT_TYPES.find((type) => DOCUMENT_ENDINGS[type] === ending.toLowerCase());
}
