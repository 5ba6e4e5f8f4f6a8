/** The screens, in the order of the ways to them. */
import { defineTexts } from "../texts/define_texts.ts";
import type { IconName } from "../ui/icon.tsx";

export const SCREENS = [
  { name: "now", path: "/", group: "work" },
  { name: "jobs", path: "/jobs", group: "work" },
  { name: "failures", path: "/failures", group: "work" },
  { name: "publications", path: "/publications", group: "work" },
  { name: "runs", path: "/runs", group: "work" },
  { name: "accounts", path: "/accounts", group: "outside" },
  { name: "connections", path: "/connections", group: "outside" },
  { name: "webhooks", path: "/webhooks", group: "outside" },
  { name: "credits", path: "/credits", group: "people" },
  { name: "audit", path: "/audit", group: "people" },
  { name: "realtime", path: "/realtime", group: "machinery" },
  { name: "schedules", path: "/schedules", group: "machinery" },
  { name: "alerts", path: "/alerts", group: "machinery" },
  { name: "setup", path: "/setup", group: "machinery" },
] as const satisfies readonly { name: IconName; path: string; group: string }[];

export type ScreenName = typeof SCREENS[number]["name"];
export const GROUPS = ["work", "outside", "people", "machinery"] as const;

export const screenTexts = defineTexts({
  "pt-BR": {
    now: "Agora",
    jobs: "Jobs",
    failures: "Falhas",
    publications: "Publicações",
    runs: "Ações em massa",
    accounts: "Contas",
    connections: "Conexões",
    webhooks: "Webhooks",
    credits: "Créditos",
    audit: "Auditoria",
    realtime: "Tempo real",
    schedules: "Rotinas",
    alerts: "Alertas",
    setup: "Instalação",
    groups: { work: "Trabalho", outside: "Lá fora", people: "Pessoas", machinery: "Maquinário" },
  },
  en: {
    now: "Now",
    jobs: "Jobs",
    failures: "Failures",
    publications: "Publications",
    runs: "Bulk runs",
    accounts: "Accounts",
    connections: "Connections",
    webhooks: "Webhooks",
    credits: "Credits",
    audit: "Audit",
    realtime: "Realtime",
    schedules: "Schedules",
    alerts: "Alerts",
    setup: "Setup",
    groups: { work: "Work", outside: "Outside", people: "People", machinery: "Machinery" },
  },
});
