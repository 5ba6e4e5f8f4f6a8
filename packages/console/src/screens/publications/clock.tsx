/** A time of day in the zone whose days are shown. */
import { useLanguage } from "@esteira/preferences";
import { fullMomentIn } from "../../texts/format.ts";

export function Clock({ at, zone }: { at: string; zone: string }) {
  const [language] = useLanguage();
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return (
    <time className="figure" dateTime={at} title={fullMomentIn(language, at)}>
      {time.format(new Date(at))}
    </time>
  );
}
