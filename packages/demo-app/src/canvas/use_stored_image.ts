/** An address that an `<img>` can load, for the permanent one that a node has: that one wants its owner's token. */
import { useEffect, useState } from "react";
import { useApp } from "../session/app_context.ts";

const HOUR_S = 3600;

/** Null until it is there. While another one is signed, the last stays: an image must not blink. */
export function useStoredImage(url: string | undefined): string | null {
  const { supabase } = useApp();
  const [signed, setSigned] = useState<{ of: string; url: string } | null>(null);
  useEffect(() => {
    const path = pathOf(url);
    if (!url || !path) return;
    let isWanted = true;
    const sign = () =>
      void supabase.storage.from("outputs").createSignedUrl(path, HOUR_S).then(({ data }) => {
        if (data && isWanted) setSigned({ of: url, url: data.signedUrl });
      });
    sign();
    const again = setInterval(sign, (HOUR_S / 2) * 1000);
    return () => {
      isWanted = false;
      clearInterval(again);
    };
  }, [supabase, url]);
  return url ? signed?.url ?? null : null;
}

/** `…/object/authenticated/outputs/<path>` */
function pathOf(url: string | undefined): string | undefined {
  const path = url?.split("/outputs/")[1]?.split("?")[0];
  return path && decodeURIComponent(path);
}
