import type { SettingsTexts } from "./settings_texts.ts";

export const SETTINGS_PT_BR: SettingsTexts = {
  label: (option) => `Ajustes: ${option}`,
  names: {
    title: "Título",
    youtubeTitle: "Título",
    documentTitle: "Título do documento",
    link: "Link",
    youtubePrivacy: "Quem pode ver",
    madeForKids: "É conteúdo para crianças",
    madeWithAi: "Foi criado com IA",
    notifySubscribers: "Avisar os inscritos",
    tags: "Tags, separadas por vírgula",
    replyControl: "Quem pode responder",
    replySettings: "Quem pode responder",
    topicTag: "Tópico",
    isSpoiler: "Esconder a mídia como spoiler",
    paidPartnership: "É uma parceria paga",
    visibility: "Quem pode ver",
    articleUrl: "Link de um artigo",
    articleTitle: "Título do artigo",
    shareToFeed: "Mostrar também no feed",
  },
  hints: {
    youtubeTitle: "Vazio: a primeira linha da legenda.",
    documentTitle: "Vazio: o nome do arquivo.",
    madeForKids: "A lei pede que o dono do canal diga.",
    link: "Aparece abaixo do texto de um post sem mídia.",
    articleUrl: "Para um post sem mídia; precisa de um título.",
  },
  values: {
    youtubePrivacy: {
      unset: "Somente eu (privado)",
      public: "Todos (público)",
      unlisted: "Quem tem o link (não listado)",
    },
    replyControl: {
      unset: "Todos",
      followers_only: "Seguidores",
      accounts_you_follow: "Perfis que a conta segue",
      mentioned_only: "Somente quem foi mencionado",
    },
    replySettings: {
      unset: "Todos",
      following: "Contas que ela segue",
      mentionedUsers: "Somente quem foi mencionado",
      subscribers: "Assinantes",
      verified: "Contas verificadas",
    },
    visibility: {
      unset: "Padrão do LinkedIn: todos",
      PUBLIC: "Todos",
      CONNECTIONS: "Somente conexões",
      LOGGED_IN: "Quem entrou na conta",
    },
  },
};
