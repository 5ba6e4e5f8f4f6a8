/** Where it goes: what each connected platform can show, and with which account. */
import { type Option, OPTIONS, type PlatformName, platformOf } from "@esteira/client";
import { PlatformMark, useConnections, useSurroundings } from "@esteira/client/react";
import { useTexts } from "../texts/use_texts.ts";
import { type Draft, toggled } from "./draft.ts";

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

const PLATFORMS: readonly PlatformName[] = [...new Set(OPTIONS.map(platformOf))];

export function Targets({ draft, onChange }: Props) {
  const { publish } = useTexts();
  const { texts } = useSurroundings();
  const { connections } = useConnections();
  return (
    <fieldset className="targets">
      <legend>{publish.where}</legend>
      {PLATFORMS.map((platform) => {
        const accounts = connections.filter((one) => one.platform === platform && one.state !== "revoked");
        return (
          <div key={platform} className="target-platform">
            <p className="target-name">
              <PlatformMark platform={platform} />
              <strong>{texts.publishing.platforms[platform]}</strong>
              {accounts.length === 0 && <span className="quiet">{publish.connectFirst}</span>}
              {accounts.length === 1 && <span className="quiet">{accounts[0]?.display_name}</span>}
            </p>
            {accounts.length > 1 && (
              <label className="field">
                <span>{publish.account}</span>
                <select
                  value={draft.accounts[platform] ?? ""}
                  onChange={({ target }) =>
                    onChange({ ...draft, accounts: { ...draft.accounts, [platform]: target.value } })}
                >
                  <option value="">{publish.chooseAccount}</option>
                  {accounts.map(({ id, display_name, external_id }) => (
                    <option key={id} value={id}>{display_name ?? external_id}</option>
                  ))}
                </select>
              </label>
            )}
            <div className="target-options">
              {OPTIONS.filter((option) => platformOf(option) === platform).map((option) => (
                <Target
                  key={option}
                  option={option}
                  isChosen={draft.options.includes(option)}
                  isOff={accounts.length === 0}
                  onToggle={() => onChange(toggled(draft, option))}
                />
              ))}
            </div>
          </div>
        );
      })}
    </fieldset>
  );
}

interface TargetProps {
  option: Option;
  isChosen: boolean;
  isOff: boolean;
  onToggle: () => void;
}

function Target({ option, isChosen, isOff, onToggle }: TargetProps) {
  const { texts } = useSurroundings();
  const name = texts.publishing.options[option];
  return (
    <label className="target">
      <input
        type="checkbox"
        name={option}
        checked={isChosen}
        disabled={isOff}
        aria-label={name}
        onChange={onToggle}
      />
      <span>{name.split(" · ")[1] ?? name}</span>
    </label>
  );
}
