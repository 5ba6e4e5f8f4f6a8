/** The looks that pictures are taken in, and what is kept of them. */

export interface Look {
  readonly language: "pt-BR" | "en";
  readonly theme: "light" | "dark";
  readonly screen: "desktop" | "phone";
}

export const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
} as const;

export const LOOKS: readonly Look[] = (["desktop", "phone"] as const).flatMap((screen) =>
  (["pt-BR", "en"] as const).flatMap((language) =>
    (["light", "dark"] as const).map((theme) => ({ language, theme, screen }))
  )
);

/** `home.pt-BR.light.phone.webp` */
export function fileName(name: string, { language, theme, screen }: Look): string {
  return `${name}.${language}.${theme}.${screen}.webp`;
}

/** The pages that are shown in the docs, with the looks of each; all others are taken to be looked at, and not kept. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  home: ["pt-BR.light.desktop", "en.dark.desktop", "pt-BR.light.phone", "en.dark.phone"],
  upscale: ["pt-BR.light.desktop", "en.dark.phone"],
  dress: ["en.light.desktop"],
  canvas: ["pt-BR.dark.desktop", "en.light.desktop"],
  compose: ["pt-BR.light.desktop", "en.dark.phone"],
  publish: ["pt-BR.light.desktop", "en.dark.desktop", "pt-BR.dark.phone", "en.light.phone"],
  waiting: ["pt-BR.light.phone"],
  queue: ["pt-BR.light.phone", "en.dark.phone"],
  account: ["en.light.phone"],
  "console-now": ["pt-BR.light.desktop", "en.dark.desktop", "pt-BR.dark.phone"],
  "console-jobs": ["pt-BR.light.desktop", "en.dark.desktop", "en.light.phone"],
  "console-job": ["pt-BR.light.desktop", "en.dark.desktop", "pt-BR.light.phone"],
  "console-failures": ["en.light.desktop", "pt-BR.dark.desktop"],
  "console-act": ["en.light.desktop", "pt-BR.dark.phone"],
  "console-publications": ["pt-BR.light.desktop", "en.dark.desktop"],
  "console-connections": ["en.light.desktop"],
  "console-accounts": ["pt-BR.light.desktop"],
  "console-webhooks": ["en.dark.desktop"],
  "console-credits": ["pt-BR.light.desktop"],
  "console-realtime": ["pt-BR.light.desktop", "en.dark.desktop"],
  "console-schedules": ["en.light.desktop"],
  "console-alerts": ["pt-BR.dark.desktop"],
  "console-runs": ["en.light.desktop"],
  "console-audit": ["pt-BR.light.desktop"],
  "console-setup": ["en.light.desktop"],
};

/** Components are kept in both languages and themes, as on a desk. */
export function isKept(name: string, { language, theme, screen }: Look): boolean {
  if (name.startsWith("component-")) return screen === "desktop";
  return KEPT[name]?.includes(`${language}.${theme}.${screen}`) ?? false;
}
