/** Which of the files that an app made are the result. */
import { z } from "zod";
import type { ProviderOutput } from "../provider.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  mp4: "video/mp4",
  mov: "video/quicktime",
};

const outputEntry = z.looseObject({
  fileUrl: z.string().nullish(),
  url: z.string().nullish(),
  fileType: z.string().nullish(),
  outputType: z.string().nullish(),
  nodeId: z.coerce.string().nullish(),
});

/** The outputs of the wanted node; all of them when it is not named or not there. Workflows emit previews too, so never by index. */
export function chooseOutputs(
  data: unknown,
  nodeId: string | undefined,
): ProviderOutput[] {
  const entries = z.array(z.unknown()).safeParse(data).data ?? [];
  const outputs = entries.flatMap((entry) => {
    const parsed = outputEntry.safeParse(entry).data;
    const url = parsed?.fileUrl ?? parsed?.url;
    const type = (parsed?.fileType ?? parsed?.outputType ?? "").toLowerCase();
    return url
      ? [{
        nodeId: parsed?.nodeId,
        url,
        contentType: CONTENT_TYPES[type] ?? null,
      }]
      : [];
  });
  const wanted = nodeId === undefined ? [] : outputs.filter((output) => output.nodeId === nodeId);
  return (wanted.length > 0 ? wanted : outputs).map(({ url, contentType }) => ({
    url,
    contentType,
  }));
}
