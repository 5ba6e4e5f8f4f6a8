/** File types as people know them. */

const NAMES: Readonly<Record<string, string>> = {
  "application/msword": "DOC",
  "application/vnd.ms-powerpoint": "PPT",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
  "application/zip": "ZIP",
  "audio/mpeg": "MP3",
  "audio/x-wav": "WAV",
  "image/svg+xml": "SVG",
  "video/quicktime": "MOV",
  "video/x-matroska": "MKV",
};

/** `image/png` is PNG; what has no short name is shown as it is. */
export function typeName(type: string): string {
  return Object.hasOwn(NAMES, type) ? NAMES[type] ?? type : type.split("/")[1]?.toUpperCase() ?? type;
}

export function typeNames(types: readonly string[]): string {
  return [...new Set(types.map(typeName))].join(", ");
}
