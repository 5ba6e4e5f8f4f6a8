/** The platforms themselves: is there an app, is it answering, is it paused, and how much may still be posted. */
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { DataTable } from "../../ui/data_table.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { Platforms } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";
import { usePlatformColumns } from "./use_platform_columns.tsx";

export function PlatformsPanel() {
  const texts = useTexts(connectionsTexts);
  const { data, error, refetch, isLoading } = useOps<Platforms>("platforms", {}, {
    every: 30_000,
    hints: "ops",
  });
  return (
    <Panel title={texts.platforms} isFlush>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <DataTable
        label={texts.platforms}
        rows={data?.platforms ?? []}
        columns={usePlatformColumns()}
        keyOf={({ platform }) => platform}
        isLoading={isLoading}
      />
    </Panel>
  );
}
