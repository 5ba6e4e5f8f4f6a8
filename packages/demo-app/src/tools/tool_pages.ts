/** The pages of tools that take files and give one back: what each asks for, and what there is to try it with. */
import type { SampleName } from "../samples/samples.ts";

export type FileField = "image" | "person_image" | "reference_image" | "clothing_image" | "video";

export interface ToolPage {
  readonly tool: "upscaler" | "pose_changer" | "veste_ai" | "video_upscaler";
  /** Its address. */
  readonly path: string;
  readonly files: readonly { readonly field: FileField; readonly samples: readonly SampleName[] }[];
  /** Whether it asks what the image shows, and how many times as large it is to be. */
  readonly hasScale?: boolean;
  /** The field that the result is compared with. */
  readonly compareWith: FileField;
  /** What its card on the first page shows. */
  readonly picture: SampleName;
}

export const TOOL_PAGES: readonly ToolPage[] = [
  {
    tool: "upscaler",
    path: "upscale",
    files: [{ field: "image", samples: ["lighthouse", "mountains", "still_life"] }],
    hasScale: true,
    compareWith: "image",
    picture: "mountains",
  },
  {
    tool: "pose_changer",
    path: "pose",
    files: [
      { field: "person_image", samples: ["portrait", "dancing"] },
      { field: "reference_image", samples: ["arms_up", "dancing"] },
    ],
    compareWith: "person_image",
    picture: "arms_up",
  },
  {
    tool: "veste_ai",
    path: "dress",
    files: [
      { field: "person_image", samples: ["portrait", "arms_up"] },
      { field: "clothing_image", samples: ["dress", "jacket"] },
    ],
    compareWith: "person_image",
    picture: "dress",
  },
  {
    tool: "video_upscaler",
    path: "video",
    files: [{ field: "video", samples: ["waves"] }],
    compareWith: "video",
    picture: "waves",
  },
];

/** The page at an address, or of a tool. */
export function toolPageAt(path: string): ToolPage | undefined {
  return TOOL_PAGES.find((page) => page.path === path);
}
export function toolPageOf(tool: string): ToolPage | undefined {
  return TOOL_PAGES.find((page) => page.tool === tool);
}
