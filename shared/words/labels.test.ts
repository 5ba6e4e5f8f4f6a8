import assert from "node:assert/strict";
import { stepLabel } from "./labels.ts";
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
