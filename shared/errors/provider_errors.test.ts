import assert from "node:assert/strict";
import fc from "fast-check";
import { LANGUAGES } from "../words/labels.ts";
import { ERROR_KINDS, type ErrorKind, errorKind } from "./provider_error_kinds.ts";
import { errorText } from "./provider_errors.ts";

/** Lane, code, kind: what a user most often meets. */
const KNOWN: readonly (readonly [string, string, ErrorKind])[] = [
  ["runninghub", "1501", "content_moderation"],
  ["runninghub", "1505", "real_people"],
  ["runninghub", "421", "busy"],
  ["runninghub", "416", "out_of_funds"],
  ["runninghub", "812", "out_of_funds"],
  ["runninghub", "809", "file_too_large"],
  ["runninghub", "1013", "invalid_file"],
  ["runninghub", "1504", "timeout"],
  ["runninghub", "805", "task_failed"],
  ["runninghub", "http_502", "provider_error"],
  ["runninghub", "http_429", "busy"],
  ["kie", "content_moderation", "content_moderation"],
  ["kie", "402", "out_of_funds"],
  ["kie", "433", "out_of_funds"],
  ["kie", "422", "invalid_input"],
  ["kie", "429", "busy"],
  ["kie", "455", "maintenance"],
  ["kie", "500", "provider_error"],
  ["kie", "501", "task_failed"],
  ["kie", "http_504", "timeout"],
  ["fal", "content_policy_violation", "content_moderation"],
  ["fal", "image_load_error", "invalid_file"],
  ["fal", "file_too_large", "file_too_large"],
  ["fal", "generation_timeout", "timeout"],
  ["fal", "http_403", "misconfigured"],
  ["replicate", "E005", "content_moderation"],
  ["replicate", "http_402", "out_of_funds"],
  ["replicate", "aborted", "stopped"],
  ["astria", "http_422", "invalid_input"],
  ["astria", "402", "out_of_funds"],
  ["openai", "invalid_request_error", "invalid_input"],
  ["openai", "model_not_found", "misconfigured"],
  ["openai", "rate_limit_exceeded", "busy"],
  ["openai", "insufficient_quota", "out_of_funds"],
  ["openai", "credit_balance_exhausted", "out_of_funds"],
  ["openai", "server_error", "provider_error"],
  ["openai", "http_502", "provider_error"],
  ["publication", "submit_unknown", "submit_unknown"],
  ["publication", "outcome_unknown", "outcome_unknown"],
  ["publication", "connection_revoked", "connection_gone"],
  ["publication", "36000/2207004", "file_too_large"],
  ["publication", "container_error/2207026", "unsupported_format"],
  ["publication", "36003/2207009", "wrong_shape"],
  ["publication", "36004/2207010", "text_refused"],
  ["publication", "9004/2207052", "file_unreadable"],
  ["publication", "container_error/2207082", "invalid_file"],
  ["publication", "container_error/INVALID_DURATION", "wrong_length"],
  ["publication", "container_error/FAILED_DOWNLOADING_VIDEO", "file_unreadable"],
  ["publication", "THREADS_API__LINK_LIMIT_EXCEEDED", "text_refused"],
  ["publication", "24/4279009", "provider_error"],
  ["publication", "failed/codec", "unsupported_format"],
  ["publication", "rejected/copyright", "content_moderation"],
  ["publication", "rejected/length", "wrong_length"],
  ["publication", "invalidTitle", "text_refused"],
  ["publication", "quotaExceeded", "busy"],
  ["publication", "duration_check_failed", "wrong_length"],
  ["publication", "photo_pull_failed", "file_unreadable"],
  ["publication", "privacy_not_offered", "invalid_input"],
  ["publication", "unaudited_client_can_only_post_to_private_accounts", "misconfigured"],
  ["kie", "expired", "expired"],
  ["publication", "deadline_exceeded", "deadline_exceeded"],
  ["any_lane", "output_too_large", "output_too_large"],
  ["any_lane", "unreachable", "provider_error"],
];

for (const [lane, code, kind] of KNOWN) {
  Deno.test(`${code} of ${lane} is ${kind}`, () => assert.equal(errorKind(lane, code), kind));
}

/** Every code of docs/providers/runninghub.md#codes that is an error of a job. */
const RUNNINGHUB =
  "301 380 412 415 416 421 433 435 436 500 801 802 803 805 806 808 809 810 811 812 814 901 1000 " +
  "1001 1002 1003 1005 1006 1007 1008 1009 1010 1011 1012 1013 1014 1015 1101 1501 1504 1505 1520 1601";

Deno.test("every code of RunningHub's documentation is known, and every code of KIE's", () => {
  for (const code of RUNNINGHUB.split(" ")) assert.ok(errorKind("runninghub", code), code);
  for (const code of ["401", "402", "404", "422", "429", "433", "455", "500", "501", "505"]) {
    assert.ok(errorKind("kie", code));
  }
});

Deno.test("a number is what its provider means by it", () => {
  assert.equal(errorKind("runninghub", "402"), undefined);
  assert.equal(errorKind("kie", "1501"), undefined);
  assert.equal(errorKind("tiktok", "429"), undefined);
});

Deno.test("every kind has a text of its own in every language", () => {
  const texts = LANGUAGES.flatMap((language) =>
    ERROR_KINDS.map((kind) => {
      const [lane, code] = KNOWN.find(([, , known]) => known === kind) ?? anyCodeOf(kind);
      const text = errorText(lane, code, language);
      assert.match(text ?? "", /^\p{Lu}.{10,}\.$/u, `${language}: ${kind}`);
      return text;
    })
  );
  assert.equal(new Set(texts).size, texts.length);
});

/** The words by which each text is told from all others, in each language. */
const OF_A_KIND: Readonly<Record<ErrorKind, readonly [portuguese: RegExp, english: RegExp]>> = {
  content_moderation: [/recusado pelas regras/, /rules do not allow/],
  real_people: [/pessoas reais/, /real people/],
  invalid_input: [/recusou os dados/, /refused what was sent/],
  invalid_file: [/não pôde ser lido/, /could not be read/],
  file_too_large: [/arquivo enviado é grande demais/, /file is too large/],
  file_too_small: [/pequena demais/, /too small/],
  unsupported_format: [/formato/, /format/],
  wrong_length: [/duração/, /length/],
  wrong_shape: [/largura e altura/, /width to height/],
  text_refused: [/hashtags ou menções/, /hashtags or mentions/],
  no_face: [/rosto/, /face/],
  file_unreadable: [/baixar o arquivo/, /download your file/],
  input_gone: [/arquivo enviado não existe mais/, /file is no longer there/],
  no_result: [/não gerou nenhum resultado/, /made no result/],
  task_failed: [/processamento falhou/, /Processing failed/],
  stopped: [/interrompido/, /stopped/],
  busy: [/ocupado/, /busy/],
  maintenance: [/manutenção/, /maintained/],
  provider_error: [/erro temporário/, /passing error/],
  timeout: [/provedor demorou demais/, /provider took too long/],
  out_of_funds: [/sem saldo/, /out of funds/],
  misconfigured: [/mal configurada/, /not set up/],
  submit_unknown: [/não disse se recebeu/, /never said whether/],
  outcome_unknown: [/se foi publicado/, /whether it was published/],
  connection_gone: [/Conecte a conta/, /Connect it again/],
  deadline_exceeded: [/não chegou a tempo/, /did not come in time/],
  expired: [/pela sua vez/, /its turn/],
  output_too_large: [/resultado é grande demais/, /result is too large/],
  output_unusable: [/resultado que não pode ser usado/, /cannot be used/],
  output_gone: [/resultado não está mais disponível/, /no longer available/],
};

Deno.test("each text says what its kind is, in its own language, and none says what another one is", () => {
  for (const [n, language] of LANGUAGES.entries()) {
    for (const kind of ERROR_KINDS) {
      const [lane, code] = KNOWN.find(([, , known]) => known === kind) ?? anyCodeOf(kind);
      const text = errorText(lane, code, language) ?? "";
      const said = ERROR_KINDS.filter((other) => OF_A_KIND[other].some((words) => words.test(text)));
      assert.deepEqual(said, [kind], `${language}: ${text}`);
      assert.match(text, OF_A_KIND[kind][n] ?? /^$/, `${kind} in ${language}`);
    }
  }
});

/** A code of a kind that the list above does not show. */
function anyCodeOf(kind: ErrorKind): [string, string] {
  const codes: Partial<Record<ErrorKind, [string, string]>> = {
    file_too_small: ["fal", "image_too_small"],
    unsupported_format: ["fal", "unsupported_image_format"],
    wrong_length: ["fal", "video_duration_too_long"],
    no_face: ["fal", "face_detection_error"],
    file_unreadable: ["fal", "file_download_error"],
    input_gone: ["kie", "input_gone"],
    no_result: ["fal", "no_media_generated"],
    output_unusable: ["kie", "output_wrong_type"],
    output_gone: ["replicate", "data_removed"],
  };
  return codes[kind] ?? assert.fail(`no code is ${kind}`);
}

Deno.test("texts are in Portuguese unless another language is asked for", () => {
  assert.equal(errorText("kie", "429"), "O provedor está ocupado.");
  assert.equal(errorText("kie", "429", "en"), "The provider is busy.");
});

Deno.test("what is not known is left to the provider's own message", () => {
  assert.equal(errorText("kie", null), undefined);
  const odd = fc.oneof(
    fc.string(),
    fc.constantFrom("constructor", "__proto__", "toString", "http_200", "http_5000", "600"),
  );
  fc.assert(fc.property(odd, odd, (lane, code) => {
    const text = errorText(lane, code);
    assert.ok(text === undefined || typeof text === "string");
    if (code.startsWith("http_2") || code in {}) assert.equal(text, undefined);
  }));
});
