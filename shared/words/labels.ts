/** What people read of the steps: labels while a job is at one, names where steps are listed. */
import type { JobStep } from "./steps.ts";

/** Languages that Esteira speaks, as BCP 47 tags. */
export const LANGUAGES = ["pt-BR", "en"] as const;
export type Language = typeof LANGUAGES[number];

/** What is going on at a step, by language: for a progress indicator. */
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
  return wordFor(step, STEP_LABELS[language]);
}

/** What a step is called, by language: for a history, where most of it is over. Document 004, "Nome Visível". */
export const STEP_NAMES: Readonly<Record<Language, Readonly<Record<JobStep, string>>>> = {
  "pt-BR": {
    upload: "Upload de Imagem",
    insert: "Criando Job",
    credits: "Verificando Créditos",
    queue_check: "Verificando Fila",
    queued: "Aguardando na Fila",
    starting: "Iniciando Processamento",
    running: "Processando",
    webhook_received: "Callback Recebido",
    completed: "Concluído",
    failed: "Falhou",
    cancelled: "Cancelado",
  },
  en: {
    upload: "Image upload",
    insert: "Creating the job",
    credits: "Checking credits",
    queue_check: "Checking the queue",
    queued: "Waiting in the queue",
    starting: "Starting",
    running: "Processing",
    webhook_received: "Callback received",
    completed: "Completed",
    failed: "Failed",
    cancelled: "Cancelled",
  },
};

/** The name of a step; a step that this version does not know is shown as it is. */
export function stepName(step: string, language: Language = "pt-BR"): string {
  return wordFor(step, STEP_NAMES[language]);
}

function wordFor(step: string, words: Readonly<Record<string, string>>): string {
  return Object.hasOwn(words, step) ? words[step] ?? step : step;
}
