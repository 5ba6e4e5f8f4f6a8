import type { TikTokTexts } from "./tiktok_texts.ts";

const MUSIC = { policy: "music", name: "Confirmação de uso de música" } as const;
const BRANDED = { policy: "branded", name: "Política de conteúdo de marca" } as const;

export const TIKTOK_PT_BR: TikTokTexts = {
  title: "Post no TikTok",
  loading: "Perguntando ao TikTok o que esta conta pode escolher…",
  again: "Perguntar de novo",
  nothing: "O TikTok não oferece nada para esta conta escolher.",
  postingAs: "Publicando como",
  mode: {
    label: "Como",
    direct: "Publicar",
    draft: "Deixar na caixa de entrada do TikTok",
    draftHint: "Fica lá como rascunho: você termina e publica no app do TikTok.",
  },
  caption: "Título",
  privacy: "Quem pode ver este post",
  choosePrivacy: "Escolha",
  privacies: {
    PUBLIC_TO_EVERYONE: "Todos",
    MUTUAL_FOLLOW_FRIENDS: "Amigos",
    FOLLOWER_OF_CREATOR: "Seguidores",
    SELF_ONLY: "Somente eu",
  },
  interactions: "Permitir que outras pessoas",
  allowComments: "Comentem",
  allowDuet: "Façam dueto",
  allowStitch: "Costurem",
  offInAccount: "desativado na conta",
  disclose: "Divulgar conteúdo comercial",
  discloseHint: "Ative se este post promove você, uma marca, um produto ou um serviço.",
  ownBrand: "Sua marca",
  ownBrandHint: "Você está promovendo a si mesmo ou o seu próprio negócio.",
  brandedContent: "Conteúdo de marca",
  brandedContentHint: "Você está promovendo outra marca ou terceiros.",
  brandedNotPrivate: "A visibilidade de conteúdo de marca não pode ser privada.",
  label: (option, isBranded) =>
    `${option === "tiktok_video" ? "Seu vídeo receberá" : "Sua foto receberá"} o rótulo “${
      isBranded ? "Parceria paga" : "Conteúdo promocional"
    }”. Isso não pode ser alterado depois de publicado.`,
  madeWithAi: "Foi criado com IA",
  autoAddMusic: "Deixar o TikTok escolher a música",
  duration: (is, most) => `O vídeo tem ${is}; esta conta publica até ${most}.`,
  mostDuration: (most) => `Vídeos de até ${most}`,
  consent: (isBranded) =>
    isBranded
      ? ["Ao publicar, você concorda com a ", BRANDED, " e a ", MUSIC, " do TikTok."]
      : ["Ao publicar, você concorda com a ", MUSIC, " do TikTok."],
  delay: "O TikTok pode levar alguns minutos para processar o post antes de ele aparecer no perfil.",
  missing: {
    creator: "O TikTok ainda não disse o que esta conta pode escolher.",
    privacy: "Escolha quem pode ver este post.",
    disclosure: "Indique se o conteúdo promove você, terceiros ou ambos.",
    too_long: "O vídeo é longo demais para esta conta.",
  },
  facts: {
    title: "O que pode ser publicado",
    chosenEachTime: "escolhido de novo a cada post",
    offUntilChosen: "desligado até você ativar",
  },
};
