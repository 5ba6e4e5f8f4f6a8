/** What lies at the address of an output instead of it: what stores and their caches answer before a file is there. */

const CONTENTS = {
  /** 200 and not a byte: the file was made and not yet written. */
  empty: () => new Response(new Uint8Array(), { headers: { "content-type": "image/png" } }),
  /** 202: it will be there later. */
  accepted: () => new Response(null, { status: 202 }),
  /** A page for people. */
  html: () =>
    new Response("<!doctype html>\n<title>One moment</title>\n<p>Your file is being prepared.\n", {
      headers: { "content-type": "text/html; charset=utf-8" },
    }),
  /** The error of a store that speaks S3, which some caches send on with 200. */
  xml: () =>
    new Response(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code><Message>Please reduce your request rate.' +
        "</Message></Error>",
      { headers: { "content-type": "application/xml" } },
    ),
  json: () => Response.json({ error: "not ready", retry: true }),
  /** A file, and none of those that are made here: an empty ZIP archive. */
  zip: () =>
    new Response(Uint8Array.from([0x50, 0x4b, 0x05, 0x06, ...Array<number>(18).fill(0)]), {
      headers: { "content-type": "application/zip" },
    }),
} as const;

export type OtherContent = keyof typeof CONTENTS;

export const OTHER_CONTENTS = Object.keys(CONTENTS) as [OtherContent, ...OtherContent[]];

/** The answer with that content. */
export function otherContent(says: OtherContent): Response {
  return CONTENTS[says]();
}
