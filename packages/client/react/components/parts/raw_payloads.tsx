/** What a provider answered, for admins: as it came, to be read and copied. */
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import type { Attempt } from "../../hooks/read_evidence.ts";
import { CopyButton } from "./copy_button.tsx";
import { layOutJson } from "./json_text.ts";

export function RawPayloads({ attempts }: { attempts: readonly Attempt[] }) {
  const { texts } = useSurroundings();
  return (
    <section className="esteira-raw" aria-label={texts.debug.forAdmins}>
      <p className="esteira-raw-who">{texts.debug.forAdmins}</p>
      {attempts.length === 0 && <p className="esteira-card-note">{texts.debug.none}</p>}
      {attempts.map((attempt, index) => (
        <details key={attempt.attempt} className="esteira-raw-attempt" open={index === 0}>
          <summary>
            {texts.debug.attempt(attempt.attempt)} · {attempt.outcome ?? attempt.phase}
            {attempt.error_code && ` · ${attempt.error_code}`}
          </summary>
          {attempt.error_message && <p className="esteira-raw-error">{attempt.error_message}</p>}
          <Raw label={texts.debug.apiResponse} text={attempt.raw_api_response} />
          <Raw label={texts.debug.webhookPayload} text={attempt.raw_webhook_payload} />
        </details>
      ))}
    </section>
  );
}

function Raw({ label, text }: { label: string; text: string | null }) {
  const { texts } = useSurroundings();
  const laidOut = text === null ? null : layOutJson(text);
  return (
    <div className="esteira-raw-payload">
      <div className="esteira-raw-header">
        <h4>{label}</h4>
        {laidOut !== null && <CopyButton text={() => laidOut} />}
      </div>
      {laidOut === null
        ? <p className="esteira-card-note">{texts.debug.none}</p>
        : <pre className="esteira-raw-text" tabIndex={0} role="region" aria-label={label}>{laidOut}</pre>}
    </div>
  );
}
