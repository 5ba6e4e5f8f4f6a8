/** Small drawings beside words; never instead of them for who cannot see. */

const PATHS = {
  now: "M3 12h4l3-7 4 14 3-7h4",
  jobs: "M4 6h16M4 12h16M4 18h10",
  failures: "M12 4l9 16H3zM12 10v4M12 17v.5",
  accounts: "M14 10a4 4 0 1 0-4 4l1-1h2v-2h2l-.5-.5M13 13l7 7M17 17l2-2",
  webhooks: "M4 12h10M10 8l4 4-4 4M14 4h6v16h-6",
  credits: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 12h6M12 9v6",
  publications: "M5 5h14v15H5zM5 9h14M9 3v4M15 3v4",
  connections: "M9 15l6-6M8 12l-2 2a3.500 3.500 0 0 0 5 5l2-2M16 12l2-2a3.500 3.500 0 0 0-5-5l-2 2",
  realtime:
    "M12 13.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM8 8a5.700 5.700 0 0 0 0 8M16 8a5.700 5.700 0 0 1 0 8M5 5a9.900 9.900 0 0 0 0 14M19 5a9.900 9.900 0 0 1 0 14",
  schedules: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
  alerts: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  runs: "M4 7h10M4 12h10M4 17h6M17 9l4 3-4 3z",
  audit: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  setup: "M5 12l4.500 4.500L19 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12l4.500 4.500L19 7",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500",
  pause: "M9 6v12M15 6v12",
  play: "M8 5l11 7-11 7z",
  menu: "M4 7h16M4 12h16M4 17h16",
  leave: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  sun:
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  down: "M6 9l6 6 6-6",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 3 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
