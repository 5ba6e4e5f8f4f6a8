/**
 * What a user is told of a job's error in their own language, beside the provider's own message and never instead of it:
 * `error_message` is what happened, this is what it means for them.
 */
import type { Language } from "../words/labels.ts";
import { type ErrorKind, errorKind } from "./provider_error_kinds.ts";

const TEXTS: Readonly<Record<Language, Readonly<Record<ErrorKind, string>>>> = {
  "pt-BR": {
    content_moderation: "O conteúdo foi recusado pelas regras do provedor. Mude o texto ou a imagem.",
    real_people: "O provedor não aceita imagens de pessoas reais aqui.",
    invalid_input: "O provedor recusou os dados enviados.",
    invalid_file: "O arquivo enviado não pôde ser lido. Tente outro.",
    file_too_large: "O arquivo enviado é grande demais.",
    file_too_small: "A imagem enviada é pequena demais.",
    unsupported_format: "O formato do arquivo enviado não é aceito.",
    wrong_length: "A duração do arquivo enviado não é aceita.",
    wrong_shape: "A proporção entre largura e altura não é aceita.",
    text_refused: "O texto é longo demais, ou tem hashtags ou menções demais.",
    no_face: "Nenhum rosto foi encontrado na imagem.",
    file_unreadable: "O provedor não conseguiu baixar o arquivo enviado.",
    input_gone: "O arquivo enviado não existe mais. Envie de novo.",
    no_result: "O modelo não gerou nenhum resultado. Mude o pedido e tente de novo.",
    task_failed: "O processamento falhou no provedor.",
    stopped: "O processamento foi interrompido no provedor.",
    busy: "O provedor está ocupado.",
    maintenance: "O provedor está em manutenção.",
    provider_error: "O provedor teve um erro temporário.",
    timeout: "O provedor demorou demais.",
    out_of_funds: "O serviço está sem saldo no provedor. A culpa não é sua.",
    misconfigured: "A ferramenta está mal configurada. A culpa não é sua.",
    submit_unknown: "O provedor não disse se recebeu o pedido.",
    outcome_unknown: "Não se sabe se foi publicado. Olhe na plataforma e diga o que viu.",
    connection_gone: "A conta não dá mais acesso. Conecte a conta de novo.",
    deadline_exceeded: "O resultado não chegou a tempo.",
    expired: "Esperou tempo demais pela sua vez.",
    output_too_large: "O resultado é grande demais para ser guardado.",
    output_unusable: "O provedor devolveu um resultado que não pode ser usado.",
    output_gone: "O resultado não está mais disponível no provedor.",
  },
  en: {
    content_moderation: "The provider's rules do not allow this content. Change the text or the image.",
    real_people: "The provider does not take images of real people here.",
    invalid_input: "The provider refused what was sent.",
    invalid_file: "Your file could not be read. Try another one.",
    file_too_large: "Your file is too large.",
    file_too_small: "Your image is too small.",
    unsupported_format: "Files of this format are not accepted.",
    wrong_length: "Files of this length are not accepted.",
    wrong_shape: "The proportion of width to height is not accepted.",
    text_refused: "The text is too long, or has too many hashtags or mentions.",
    no_face: "No face was found in the image.",
    file_unreadable: "The provider could not download your file.",
    input_gone: "Your file is no longer there. Upload it again.",
    no_result: "The model made no result. Change what you ask for and try again.",
    task_failed: "Processing failed at the provider.",
    stopped: "Processing was stopped at the provider.",
    busy: "The provider is busy.",
    maintenance: "The provider is being maintained.",
    provider_error: "The provider had a passing error.",
    timeout: "The provider took too long.",
    out_of_funds: "The service is out of funds at the provider. This is no fault of yours.",
    misconfigured: "The tool is not set up correctly. This is no fault of yours.",
    submit_unknown: "The provider never said whether it took the job.",
    outcome_unknown: "Nobody knows whether it was published. Look there, and say what you saw.",
    connection_gone: "The account gives no more access. Connect it again.",
    deadline_exceeded: "The result did not come in time.",
    expired: "It waited too long for its turn.",
    output_too_large: "The result is too large to be stored.",
    output_unusable: "The provider returned a result that cannot be used.",
    output_gone: "The result is no longer available at the provider.",
  },
};

/**
 * What the error `code` of a job in `lane` (or at the provider of that name) means, in words for its user; undefined
 * where that is not known: then the provider's message stands alone.
 */
export function errorText(
  lane: string,
  code: string | null,
  language: Language = "pt-BR",
): string | undefined {
  const kind = code === null ? undefined : errorKind(lane, code);
  return kind && TEXTS[language][kind];
}
