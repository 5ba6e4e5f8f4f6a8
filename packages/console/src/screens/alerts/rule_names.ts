/** The rules that come with Esteira, by the names that their rows have, in the reader's language. */
import type { Language } from "@esteira/preferences";

const NAMES: Readonly<Record<string, string>> = {
  "Many jobs fail": "Muitos jobs falham",
  "Results came too late": "Resultados chegaram tarde demais",
  "Results cannot be shown": "Resultados não podem ser mostrados",
  "An account is paused": "Uma conta está pausada",
  "Screens learn late": "Telas sabem com atraso",
  "Screens miss changes": "Telas perdem mudanças",
  "Attempts end at their deadline": "Tentativas terminam no prazo-limite",
  "Workers outside are lost": "Workers externos sumiram",
  "Nobody knows what became of tasks": "Ninguém sabe o que houve com tarefas",
  "Results could not be copied": "Resultados não puderam ser copiados",
  "Jobs wait too long to begin": "Jobs esperam demais e são encerrados",
  "A provider is down": "Um provedor está fora do ar",
  "Slots were abandoned": "Vagas foram abandonadas",
  "Nobody reads the queues": "Ninguém lê as filas",
  "A schedule fails": "Uma rotina falha",
  "A platform is paused": "Uma plataforma está pausada",
  "Nobody knows what became of publications": "Ninguém sabe o que houve com publicações",
  "A version of a platform's API ends soon": "Uma versão da API de uma plataforma acaba logo",
  "Many connections are lost": "Muitas conexões se perderam",
  "Accesses cannot be renewed": "Acessos não podem ser renovados",
  "A key of tokens is missing": "Falta uma chave dos tokens",
  "Accesses cannot be given back": "Acessos não podem ser devolvidos",
  "A job was set aside": "Um job foi posto de lado",
  "A part of the schedules fails": "Uma parte das rotinas falha",
  "Many attempts fail": "Muitas tentativas falham",
  "Jobs wait long to begin": "Jobs esperam muito para começar",
  "A provider's webhooks are silent": "Os webhooks de um provedor silenciaram",
  "Credits do not add up": "Os créditos não fecham",
  "A part of the schedules has stopped": "Uma parte das rotinas parou",
  "Accesses end soon": "Acessos acabam logo",
  "A snapshot is held": "Um snapshot está preso",
  "Replication holds back the log": "A replicação segura o log",
  "Alerts cannot be posted": "Alertas não podem ser postados",
};

/** One that somebody has added is called as its row is. */
export function ruleName(language: Language, rule: string): string {
  return language === "pt-BR" ? NAMES[rule] ?? rule : rule;
}
