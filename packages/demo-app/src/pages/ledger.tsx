/** Each change of the balance, newest first. */
import { useEsteira } from "@esteira/client/react";
import { type ComponentProps, useEffect, useState } from "react";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../texts/use_texts.ts";

type Entries = Awaited<ReturnType<ReturnType<typeof useEsteira>["credits"]>>["entries"];

/** Read anew whenever the balance is another. */
export function Ledger({ balance, ...rest }: { balance: number | null } & ComponentProps<"table">) {
  const { account } = useTexts();
  const [language] = useLanguage();
  const { credits } = useEsteira();
  const [entries, setEntries] = useState<Entries | null>(null);
  useEffect(() => {
    let isWanted = true;
    credits({ limit: 10 }).then((page) => isWanted && setEntries(page.entries), () => {});
    return () => {
      isWanted = false;
    };
  }, [credits, balance]);
  if (entries?.length === 0) return <p className="quiet">{account.ledgerEmpty}</p>;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  return (
    <table className="ledger" {...rest}>
      <caption>{account.ledger}</caption>
      <tbody>
        {entries?.map(({ id, kind, amount, created_at }) => (
          <tr key={id}>
            <th scope="row">{account.kinds[kind]}</th>
            <td>{when.format(new Date(created_at))}</td>
            <td className="amount">
              {amount > 0 ? `+${amount.toLocaleString(language)}` : amount.toLocaleString(language)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
