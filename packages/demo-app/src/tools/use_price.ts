/** What a tool costs; null until it is known. */
import { useEsteira } from "@esteira/client/react";
import { useEffect, useState } from "react";

export function usePrice(tool: string): number | null {
  const esteira = useEsteira();
  const [price, setPrice] = useState<number | null>(null);
  useEffect(() => {
    let isWanted = true;
    esteira.tools().then((tools) => {
      if (isWanted) setPrice(tools.find((known) => known.tool === tool)?.credit_cost ?? null);
    }, () => {}); // the connection tells of the network
    return () => {
      isWanted = false;
    };
  }, [esteira, tool]);
  return price;
}
