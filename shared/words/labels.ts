/** What people read while a job is at a step. */
import type { JobStep } from "./steps.ts";

/** Languages that Esteira speaks, as BCP 47 tags. */
export const LANGUAGES = ["pt-BR", "en"] as const;
export type Language = typeof LANGUAGES[number];

/** Labels of the steps, by language. */
export const STEP_LABELS: Readonly<Record<Language, Readonly<Record<JobStep, string>>>> = {
  "pt-BR": {
    upload: "Enviando imagem...",
    insert: "Preparando...",
    credits: "Verificando créditos...",
    queue_check: "Verificando fila...",
    queued: "Aguardando na fila",
    starting: "Iniciando processamento...",
    running: "Processando com IA...",
    webhook_received: "Finalizando...",
    completed: "Concluído!",
    failed: "Erro no processamento",
    cancelled: "Cancelado",
  },
  en: {
    upload: "Uploading image...",
    insert: "Preparing...",
    credits: "Checking credits...",
    queue_check: "Checking the queue...",
    queued: "Waiting in the queue",
    starting: "Starting...",
    running: "Processing with AI...",
    webhook_received: "Finishing...",
    completed: "Done!",
    failed: "Processing failed",
    cancelled: "Cancelled",
  },
};

/** The label of a step; a step that this version does not know is shown as it is. */
export function stepLabel(step: string, language: Language = "pt-BR"): string {
  const labels: Readonly<Record<string, string>> = STEP_LABELS[language];
  return Object.hasOwn(labels, step) ? labels[step] ?? step : step;
}
