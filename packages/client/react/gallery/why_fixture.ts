/** As much of supabase-js as is asked why a job stands where it stands. */
import type { Diagnosis, Why } from "../../../../shared/rows/why.ts";

export const SLOW: Why = {
  rank: 1,
  code: "provider_slow",
  level: "warn",
  since: "2026-11-26T12:01:05.000Z",
  clears: "by_provider",
  expected_at: "2026-11-26T12:09:00.000Z",
  words: {
    "pt-BR":
      "Seu trabalho está demorando mais que o normal. Ele termina sozinho em cerca de 6 minutos. Você não precisa fazer nada.",
    en:
      "Your job takes longer than usual. It is done by itself in about 6 minutes. You need not do anything.",
  },
};

export const WAITING: Why = {
  ...SLOW,
  rank: 2,
  code: "waiting_for_slot",
  level: "wait",
  clears: "by_itself",
  expected_at: "2026-11-26T12:04:00.000Z",
  words: {
    "pt-BR":
      "Seu trabalho está aguardando a vez. Ele começa sozinho em cerca de 4 minutos. Até lá, você pode cancelá-lo.",
    en:
      "Your job is waiting for its turn. It starts by itself in about 4 minutes. You can cancel it until then.",
  },
};

export const RUNNING_WELL: Why = {
  ...SLOW,
  code: "provider_running",
  level: "info",
  clears: "by_itself",
  words: {
    "pt-BR": "Seu trabalho está sendo feito. Ele termina sozinho.",
    en: "Your job is being worked on. It is done by itself.",
  },
};

export const RECONNECT: Why = {
  ...SLOW,
  code: "connection_reconnect_needed",
  level: "error",
  clears: "by_you",
  expected_at: null,
  words: {
    "pt-BR":
      "O Instagram não nos deixa mais entrar na conta Farol da Barra. Isso não se resolve sozinho. Conecte a conta de novo e a publicação continua.",
    en:
      "Instagram does not let us into the account Farol da Barra any more. This does not clear by itself. Connect the account again, and the post goes on.",
  },
};

export const UNKNOWN: Why = {
  ...SLOW,
  code: "post_unknown",
  level: "error",
  clears: "by_you",
  words: {
    "pt-BR":
      "Não sabemos se sua publicação está no X. Veja a conta Farol da Barra e nos diga o que encontrou. Se ninguém disser, ela conta como não publicada em cerca de 7 dias, e os créditos são devolvidos.",
    en:
      "We do not know whether your post is at X. Look at the account Farol da Barra, and tell us what you found. If nobody does, it counts as not there in about 7 days, and is paid back.",
  },
};

export const FAILED: Why = {
  ...SLOW,
  code: "failed",
  level: "error",
  clears: "by_you",
  since: "2026-11-26T12:03:41.000Z",
  expected_at: null,
  words: {
    "pt-BR": "Seu trabalho falhou. Ele não continua sozinho. Você pode tentar de novo.",
    en: "Your job has failed. It does not go on by itself. You can try it again.",
  },
};

export const DIAGNOSIS: readonly Diagnosis[] = [
  {
    rank: 1,
    code: "failed",
    level: "error",
    subject: "runninghub",
    since: "2026-11-26T12:03:41.000Z",
    clears: "by_you",
    expected_at: null,
    detail: "It has failed while running: VRAM overflow: image too large.",
    evidence: { error_code: "805", failed_at_step: "running", tries: 3, cost: 0.12 },
    action: "Look at error_code; redrive it if the cause is mended.",
    repair_sql: null,
    ruled_out: false,
  },
  {
    rank: 2,
    code: "trigger_missing",
    level: "error",
    subject: "jobs_broadcast_trigger",
    since: "2026-11-26T12:03:41.000Z",
    clears: "by_operator",
    expected_at: null,
    detail: "The trigger jobs_broadcast_trigger is disabled: screens are not told of changes.",
    evidence: { state: "disabled", tables: ["public.jobs"] },
    action: "Let the statement mend it.",
    repair_sql: "select ops.repair('jobs_broadcast_trigger');",
    ruled_out: false,
  },
  {
    rank: 3,
    code: "credits_drift",
    level: "ok",
    subject: null,
    since: null,
    clears: "by_operator",
    expected_at: null,
    detail: "Its ledger and its row agree: 5 charged, 5 paid back.",
    evidence: { charged: 5, refunded: 5 },
    action: null,
    repair_sql: null,
    ruled_out: true,
  },
];

export interface Asked {
  readonly why?: readonly Why[];
  readonly diagnosis?: readonly Diagnosis[];
  /** Hears the name of each function that is called, and with what. */
  readonly asked?: (name: string, args: unknown) => void;
}

/** The functions of a database that has these to say, beside whatever else of it is faked. */
export function saying({ why, diagnosis, asked = () => {} }: Asked) {
  const rpc = (data: unknown) => (name: string, args: unknown) => {
    asked(name, args);
    return Promise.resolve(data ? { data, error: null } : { data: null, error: { message: "not_found" } });
  };
  return { rpc: rpc(why), schema: () => ({ rpc: rpc(diagnosis) }) };
}
