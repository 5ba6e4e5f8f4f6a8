import { defineTexts } from "../texts/define_texts.ts";

export const sessionTexts = defineTexts({
  "pt-BR": {
    tagline: "O que roda, o que espera, e por quê.",
    project: {
      title: "Qual projeto?",
      lead: "O endereço e a chave publicável do projeto. Ficam neste navegador; nada mais é guardado.",
      url: "Endereço do projeto",
      key: "Chave publicável",
      open: "Abrir",
      known: "Visitados antes",
      faults: {
        no_address: "Isto não é um endereço: https://<ref>.supabase.co.",
        not_https: "Só https: a sua sessão passaria por aqui às claras.",
        no_key: "Falta a chave publicável (sb_publishable_…).",
        secret_key: "Esta é uma chave secreta: ela não pode entrar num navegador. Use a publicável.",
      },
    },
    signIn: {
      title: "Entrar",
      lead: (host: string) => `Como usuário de ${host} que é administrador ou suporte.`,
      email: "E-mail",
      password: "Senha",
      submit: "Entrar",
      link: "Receber um link por e-mail",
      sent: (email: string) => `Um link foi enviado para ${email}. Abra-o neste navegador.`,
      demo: "Entrar como o operador desta máquina",
      needsEmail: "Escreva o seu e-mail primeiro.",
    },
    noWay: {
      not_an_operator: {
        title: "Você não é operador deste projeto",
        text: (email: string) =>
          `${email} entrou, mas não tem o papel de administrador nem de suporte. Quem administra o banco de dados dá um, no editor de SQL:`,
      },
      schema_not_exposed: {
        title: "O projeto não deixa a console entrar",
        text:
          "O schema ops_api não está exposto. Acrescente-o em Project Settings → Data API → Exposed schemas, ou rode:",
      },
      other: { title: "A console não consegue falar com o projeto" },
    },
    leave: "Sair",
    other: "Outro projeto",
  },
  en: {
    tagline: "What runs, what waits, and why.",
    project: {
      title: "Which project?",
      lead: "The project's address and publishable key. They stay in this browser; nothing else is kept.",
      url: "Address of the project",
      key: "Publishable key",
      open: "Open",
      known: "Visited before",
      faults: {
        no_address: "This is no address: https://<ref>.supabase.co.",
        not_https: "Only https: your session would travel in the open.",
        no_key: "The publishable key is missing (sb_publishable_…).",
        secret_key: "This is a secret key: it must not enter a browser. Take the publishable one.",
      },
    },
    signIn: {
      title: "Sign in",
      lead: (host: string) => `As a user of ${host} who is an admin or support.`,
      email: "E-mail",
      password: "Password",
      submit: "Sign in",
      link: "Send me a link by e-mail",
      sent: (email: string) => `A link was sent to ${email}. Open it in this browser.`,
      demo: "Sign in as this machine's operator",
      needsEmail: "Write your e-mail first.",
    },
    noWay: {
      not_an_operator: {
        title: "You are no operator of this project",
        text: (email: string) =>
          `${email} has signed in, but has neither the role of an admin nor of support. Whoever runs the database gives one, in the SQL editor:`,
      },
      schema_not_exposed: {
        title: "The project does not let the console in",
        text:
          "The schema ops_api is not exposed. Add it in Project Settings → Data API → Exposed schemas, or run:",
      },
      other: { title: "The console cannot talk to the project" },
    },
    leave: "Sign out",
    other: "Another project",
  },
});
