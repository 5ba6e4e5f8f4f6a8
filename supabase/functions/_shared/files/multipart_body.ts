/** A multipart/form-data body that streams its file, so that a file of any size passes through in small pieces. */

/** A body for `fetch` and the content type that goes with it. */
export interface MultipartBody {
  body: ReadableStream<Uint8Array>;
  contentType: string;
}

/** Builds the body of text `fields` and one file. `name` and `contentType` of the file are sent as they are, less quotes and line breaks. */
export function multipartBody(
  fields: Record<string, string>,
  file: {
    field: string;
    name: string;
    contentType: string;
    stream: ReadableStream<Uint8Array>;
  },
): MultipartBody {
  const boundary = `esteira-${crypto.randomUUID()}`;
  const encode = (text: string) => new TextEncoder().encode(text);
  const safe = (text: string) => text.replace(/["\r\n]/g, "_");
  const head =
    Object.entries(fields).map(([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${safe(name)}"\r\n\r\n${value}\r\n`
    ).join("") +
    `--${boundary}\r\nContent-Disposition: form-data; name="${safe(file.field)}"; filename="${
      safe(file.name)
    }"\r\n` +
    `Content-Type: ${safe(file.contentType)}\r\n\r\n`;

  async function* parts() {
    yield encode(head);
    yield* file.stream;
    yield encode(`\r\n--${boundary}--\r\n`);
  }
  return {
    body: ReadableStream.from(parts()),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
