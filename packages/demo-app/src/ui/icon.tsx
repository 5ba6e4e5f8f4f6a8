/** Small drawings beside words; never instead of them for who cannot see. */

const PATHS = {
  home: "M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4v-5H9v5H5a1 1 0 0 1-1-1z",
  canvas: "M4 5h7v6H4zM13 13h7v6h-7zM11 8h4a2 2 0 0 1 2 2v3",
  publish: "M4 11.500 20 4l-5 16-4-6.500zM11 13.500 20 4",
  train: "M12 3l2.2 5.2L20 9l-4.2 3.9L17 19l-5-3-5 3 1.2-6.1L4 9l5.800-.8z",
  models: "M4 7l8-4 8 4-8 4zM4 12l8 4 8-4M4 16.500l8 4 8-4",
  queue: "M4 6h16M4 12h16M4 18h10",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c.8-3.600 3.600-5 7-5s6.200 1.400 7 5",
  upscaler: "M4 14v6h6M20 10V4h-6M4 20l7-7M20 4l-7 7",
  pose_changer: "M12 6.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5 9l7 1 7-3M12 10v5l-4 6M12 15l5 5",
  veste_ai: "M12 6a1.800 1.800 0 1 1 1.800-1.800M12 6v2L4 13.500V16h16v-2.500L12 8M7 16v4h10v-4",
  video_upscaler: "M4 6h11v12H4zM15 10.500l5-3v9l-5-3z",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  coin:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM14.500 9.500c-.5-1-1.400-1.500-2.500-1.500-1.500 0-2.500.8-2.500 2 0 2.800 5.200 1.200 5.200 4 0 1.200-1.100 2-2.700 2-1.300 0-2.300-.6-2.700-1.600M12 6.500V8M12 16v1.500",
  move: "M12 4v16M4 12h16M12 4l-2 2M12 4l2 2M12 20l-2-2M12 20l2-2M4 12l2-2M4 12l2 2M20 12l-2-2M20 12l-2 2",
  external: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  sun:
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  sparkle: "M12 4l1.800 5.200L19 11l-5.200 1.800L12 18l-1.800-5.200L5 11l5.200-1.800z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
