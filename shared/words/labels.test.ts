import assert from "node:assert/strict";
import { LANGUAGES, stepLabel, stepName } from "./labels.ts";
import { JOB_STEPS } from "./steps.ts";

// @acceptance 004:211-227, 004:404
Deno.test("each step is called in Portuguese what people know it by", () => {
  assert.deepEqual(JOB_STEPS.map((step) => `${step}: ${stepLabel(step, "pt-BR")}`), [
    "upload: Enviando imagem...",
    "insert: Preparando...",
    "credits: Verificando créditos...",
    "queue_check: Verificando fila...",
    "queued: Aguardando na fila",
    "starting: Iniciando processamento...",
    "running: Processando com IA...",
    "webhook_received: Finalizando...",
    "completed: Concluído!",
    "failed: Erro no processamento",
    "cancelled: Cancelado",
  ]);
});

Deno.test("and in English the same", () => {
  assert.deepEqual(JOB_STEPS.map((step) => `${step}: ${stepLabel(step, "en")}`), [
    "upload: Uploading image...",
    "insert: Preparing...",
    "credits: Checking credits...",
    "queue_check: Checking the queue...",
    "queued: Waiting in the queue",
    "starting: Starting...",
    "running: Processing with AI...",
    "webhook_received: Finishing...",
    "completed: Done!",
    "failed: Processing failed",
    "cancelled: Cancelled",
  ]);
});

Deno.test("what is done has an end, and what goes on three dots, in every language", () => {
  const over = ["queued", "completed", "failed", "cancelled"];
  for (const language of LANGUAGES) {
    const goingOn = JOB_STEPS.filter((step) => stepLabel(step, language).endsWith("..."));
    assert.deepEqual(goingOn, JOB_STEPS.filter((step) => !over.includes(step)), language);
  }
});

Deno.test("Portuguese is spoken unless another language is asked for; an unknown step is shown as it is", () => {
  assert.equal(stepLabel("queued"), "Aguardando na fila");
  for (const odd of ["", "constructor", "__proto__", "step-of-tomorrow"]) {
    for (const language of LANGUAGES) assert.equal(stepLabel(odd, language), odd);
  }
});

// @acceptance 004:47-57b
Deno.test("a step's visible name is that of document 004, and in English the same", () => {
  const names: Readonly<Record<typeof JOB_STEPS[number], [string, string]>> = {
    upload: ["Upload de Imagem", "Image upload"],
    insert: ["Criando Job", "Creating the job"],
    credits: ["Verificando Créditos", "Checking credits"],
    queue_check: ["Verificando Fila", "Checking the queue"],
    queued: ["Aguardando na Fila", "Waiting in the queue"],
    starting: ["Iniciando Processamento", "Starting"],
    running: ["Processando", "Processing"],
    webhook_received: ["Callback Recebido", "Callback received"],
    completed: ["Concluído", "Completed"],
    failed: ["Falhou", "Failed"],
    cancelled: ["Cancelado", "Cancelled"],
  };
  for (const step of JOB_STEPS) {
    assert.deepEqual([stepName(step), stepName(step, "en")], names[step], step);
  }
  assert.equal(stepName("step-of-tomorrow", "en"), "step-of-tomorrow");
});
