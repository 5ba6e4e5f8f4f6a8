/**
 * What an operator can do about a verdict, in Portuguese: SQL says it in English (`private.verdict_words`), with the same
 * names of functions, columns and settings. A code that is not here is told in English.
 */
import type { VerdictCode } from "../../../../shared/words/verdict_codes.ts";
import type { Language } from "@esteira/preferences";

const RUN_REPAIR = "Execute o repair_sql dele, ou select * from ops.repair(check).";
const LATER_VERSION =
  "Passe antes disso para uma versão mais nova: ops.api_versions as mostra, ops.set_api_version muda.";

export const ACTIONS_IN_PORTUGUESE: Readonly<Partial<Record<VerdictCode, string>>> = {
  database_read_only:
    "Descubra por quê (quase sempre, disco cheio), abra espaço ou aumente o disco e religue a escrita.",
  replication_or_snapshot_held:
    "Encerre a sessão ou a transação que segura o snapshot, ou remova o slot se ninguém mais o lê.",
  vault_secret_missing: "Defina o segredo: sem ele o SQL não acorda o worker (docs/deploying.md).",
  cron_dead:
    "Veja se o pg_cron roda (ops.cron_health()): reinicie o banco se o agendador sumiu, agende o que não está agendado.",
  worker_not_woken: "O pg_net não envia nada: reinicie o worker dele, ou o banco.",
  functions_unreachable:
    "Veja se as funções estão implantadas e sobem (o log delas), e se project_url é o endereço do projeto.",
  worker_key_wrong:
    "Troque worker_secret_key por uma chave secreta que o projeto tem hoje (Dashboard, API Keys).",
  schema_not_exposed: "Exponha o schema worker na Data API (docs/deploying.md).",
  schema_too_old: "Aplique as migrações: supabase db push --remote, e só depois supabase functions deploy.",
  quarantined:
    "Leia o erro, corrija a causa e libere o job; ou devolva os créditos, se ele não puder continuar.",
  part_failing: "Leia o erro (ops.faults) e corrija a causa; a rotina tenta de novo a cada vez.",
  worker_behind: "Veja o log da função worker: ela responde, e não dá conta do que espera.",
  telemetry_stale:
    "O que serviria para julgar é antigo demais, então nada se diz: veja ops.cron_health() e ops.setup_check().",
  never_can_run:
    "Crie o que falta: a faixa, a fila, a ferramenta ou uma conta com chave. A evidência diz qual.",
  account_has_no_slots: "Dê capacidade a uma conta da faixa: o número de vagas dela é zero.",
  lane_paused: "Retome a faixa quando passar o motivo da pausa.",
  account_paused: "Veja o motivo: recarregue o saldo ou troque a chave da conta e retome-a.",
  circuit_open: "Veja a página de status do provedor; ele é tentado de novo sozinho.",
  expires_in_line: "Aumente a capacidade da faixa, ou mais jobs acabam expirando.",
  queue_backlog: "Aumente a capacidade da faixa, ou não faça nada: a fila se esvazia sozinha.",
  tool_disabled: "Ligue a ferramenta de novo (is_enabled), se ela deve aceitar novos jobs.",
  not_dispatched:
    "Chegou a vez dele e ninguém o iniciou: veja se as rotinas rodam e depois chame private.tick().",
  user_paused: "Se a pausa acabou: select ops.act('resume', '{\"user_id\": \"…\"}', false);",
  connection_reconnect_needed:
    "Nada: o dono conecta a conta de novo. Se muitas precisam ao mesmo tempo, veja o app na plataforma.",
  access_renewal:
    "Veja o que a plataforma diz (evidence.message) e o id e o segredo do app (ops.set_platform).",
  platform_app_missing:
    "Registre o app, ou guarde o segredo dele de novo: ops.set_secret e depois ops.set_platform.",
  api_version_ended: "Passe para uma versão em vigor: ops.api_versions as mostra, ops.set_api_version muda.",
  platform_paused: "Retome-a quando a causa estiver corrigida: ops.resume_platform.",
  platform_down: "Nada: uma conexão tenta depois de cada pausa, e então todas seguem.",
  platform_limited:
    "Nada; se acontece muito, peça à plataforma que aumente o que o app pode publicar e anote em post_limit.",
  version_ends_first: LATER_VERSION,
  api_version_ending: LATER_VERSION,
  post_in_doubt:
    "Nada: o post é procurado até o prazo, e refeito só se a plataforma mostrar duas vezes que ele não está lá. " +
    "Depois, ops.resolve_publication.",
  post_overdue: "Nada: a rotina esteira-overdue o encerra. Se isso não acontecer, veja ops.cron_health.",
  post_slow:
    "Nada: ele é acompanhado até o prazo. Se todos de uma plataforma demoram, veja ops.publication_metrics.",
  post_unknown:
    "Olhe a conta, ou pergunte ao dono; depois, ops.resolve_publication(job, 'there' ou 'not_there', motivo).",
  post_refused:
    "Procure error_code em docs/platforms. Os créditos foram devolvidos; o dono pode mudar o post e publicar de novo.",
  post_out_of_time: "Veja o que o atrasou: os passos da publicação dizem.",
  stranded:
    "Linhas foram mudadas à mão: veja job_attempts e private.slots; ops.credit_drift() lista o que não confere.",
  message_lost: "Nada: esteira-ask a envia de novo. Para já: select worker.reap().",
  not_claimed: "Veja se os workers dessa faixa rodam e pedem jobs com a chave certa.",
  submit_in_doubt:
    "Procure na lista do próprio provedor uma tarefa daquela hora. Nada é enviado duas vezes sem saber.",
  provider_down: "Veja a página de status do provedor. Ele é tentado de novo sozinho.",
  lease_lost: "Veja por que o worker que o tinha se calou.",
  webhook_refused:
    "Assinaturas erradas: defina o segredo com que o provedor assina. Tokens errados: chamada de outro, ou endereço antigo.",
  webhook_other_task: "Veja se um mesmo endereço de callback foi dado a duas tarefas.",
  webhook_overdue:
    "Veja ESTEIRA_PUBLIC_URL, e verify_jwt = false nas funções de webhook. O provedor é consultado enquanto isso.",
  provider_slow: "Veja a página de status do provedor e ops.provider_health().",
  copy_blocked: "Veja por quê: os arquivos do provedor, ou o nosso Storage (cheio, pausado, sem bucket).",
  webhook_late:
    "Falhou pelo prazo, e o provedor tinha terminado: veja se o timeout da ferramenta é curto demais.",
  failed: "Veja error_code e a resposta do provedor; reprocesse se a causa estiver corrigida.",
  failed_input: "Nada, a não ser que o input_schema da ferramenta devesse ter recusado.",
  failed_late: "Veja ops.provider_health() e o timeout da ferramenta.",
  outcome_unknown: "Procure na lista do próprio provedor: ninguém sabe se ele aceitou a tarefa.",
  failed_output: "Veja max_output_bytes e output_types da ferramenta, ou os arquivos do provedor.",
  failed_expired: "Veja ops.lane_health: mais vagas, ou um expires_after maior.",
  failed_worker: "Veja por que os workers dessa faixa se calam; depois, reprocesse.",
  failed_setup: "Corrija a conta ou a ferramenta (ops.setup_check); depois, reprocesse.",
  failed_internal: "Um operador o encerrou; corrija aquilo por que foi separado.",
  credits_drift: "Veja ops.credit_drift() e os lançamentos do job; corrija com ops.grant_credits.",
  effect_failed: "Corrija o que a mensagem diz; o job em si é o que é.",
  trigger_missing: RUN_REPAIR,
  topic_policy_missing: RUN_REPAIR,
  rows_unreadable: RUN_REPAIR,
  broadcast_swallowed: "Veja select * from private.broadcast_failures e ops.realtime_doctor().",
  not_announced:
    "Algo mudou a linha sem passar pelos gatilhos (session_replication_role, um gatilho desligado): ops.realtime_doctor().",
  not_delivered: "O banco avisou: veja o selo e o log do cliente, a rede dele e o status do Realtime.",
  not_looked_at: "Leia o erro: algo que ele lê foi mudado, ou é um defeito nosso. Os demais vereditos valem.",
};

/** What is said of an action, and in which language that is. */
export function verdictAction(
  { code, action }: { code: string; action: string },
  language: Language,
): { text: string; language: Language } {
  const words: Readonly<Record<string, string | undefined>> = ACTIONS_IN_PORTUGUESE;
  const text = language === "pt-BR" ? words[code] : undefined;
  return text ? { text, language } : { text: action, language: "en" };
}
