/** A list of rows: only those in sight are drawn, so that it may be as long as it likes. On a phone each row is a card. */
import {
  columnVisibilityFeature,
  type RowData,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef } from "react";
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { ColumnMenu } from "./column_menu.tsx";
import { Empty } from "./empty.tsx";
import { Loading } from "./loading.tsx";
import { useIsNarrow } from "./use_is_narrow.ts";
import { useRowKeys } from "./use_row_keys.ts";
import { useShownColumns } from "./use_shown_columns.ts";

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** A track of CSS grid: `120px`, `minmax(160px, 2fr)`. Default `minmax(90px, 1fr)`. */
  readonly width?: string;
  readonly align?: "end";
  /** What a card is headed with on a phone. */
  readonly isMain?: boolean;
  readonly isHiddenByDefault?: boolean;
}

export interface Selection {
  /** Keys of rows. */
  readonly selected: ReadonlySet<string>;
  change(selected: ReadonlySet<string>): void;
}

export interface DataTableProps<Row> {
  /** What the rows are, for who cannot see them; and by which the shown columns are remembered (`name`). */
  readonly label: string;
  /** Where the reader may choose columns: the name under which the choice is kept. */
  readonly name?: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  /** Where a row leads; its first cell is the link. */
  hrefOf?(row: Row): string;
  readonly selection?: Selection;
  /** Called when the end comes into sight. */
  onEnd?(): void;
  readonly isLoading?: boolean;
  readonly isLoadingMore?: boolean;
  readonly empty?: ReactNode;
  /** How high the list may become before it scrolls by itself, in pixels. Default: most of the window. */
  readonly maxHeight?: number;
}

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });
const ROW_PX = 44;

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, rows, columns, keyOf, hrefOf, selection, onEnd, isLoading, isLoadingMore, empty } = props;
  const texts = useTexts(commonTexts);
  const isNarrow = useIsNarrow();
  const [shown, setShown] = useShownColumns(props.name, columns);
  const definitions = useMemo(
    () => columns.map((column) => ({ id: column.id, header: column.head, accessorFn: (row: Row) => row })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: (row: Row) => keyOf(row),
    state: {
      columnVisibility: shown,
      rowSelection: Object.fromEntries([...selection?.selected ?? []].map((key) => [key, true])),
    },
  });
  const visible = columns.filter(({ id }) => table.getColumn(id)?.getIsVisible() !== false);

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => isNarrow ? ROW_PX * 3 : ROW_PX,
    getItemKey: (index) => keyOf(rows[index]!),
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - 1 && rows.length > 0) onEnd?.();
  }, [last, rows.length, onEnd]);
  const keys = useRowKeys(scroller);

  if (isLoading && rows.length === 0) return <Loading />;
  if (rows.length === 0) return <Empty>{empty ?? texts.nothing}</Empty>;
  const tracks = [...selection ? ["40px"] : [], ...visible.map(({ width }) => width ?? "minmax(90px, 1fr)")];
  const allKeys = rows.map(keyOf);
  const areAllSelected = selection !== undefined && allKeys.every((key) => selection.selected.has(key));
  const toggle = (key: string) => {
    const next = new Set(selection?.selected);
    if (!next.delete(key)) next.add(key);
    selection?.change(next);
  };
  return (
    <div className="table-frame">
      {props.name && <ColumnMenu columns={columns} shown={shown} onChange={setShown} />}
      <div
        ref={scroller}
        className="table"
        role="table"
        aria-label={label}
        aria-rowcount={rows.length}
        tabIndex={0}
        onKeyDown={keys}
        style={{ "--tracks": tracks.join(" "), maxHeight: props.maxHeight } as CSSProperties}
      >
        <div role="rowgroup" className="table-head">
          <div role="row" className="table-row">
            {selection && (
              <span role="columnheader">
                <input
                  type="checkbox"
                  aria-label={texts.selectAll}
                  checked={areAllSelected}
                  onChange={() => selection.change(areAllSelected ? new Set() : new Set(allKeys))}
                />
              </span>
            )}
            {visible.map(({ id, head, align }) => (
              <span key={id} role="columnheader" className={align === "end" ? "is-end" : ""}>{head}</span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index]!;
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 2}
                className="table-row"
                style={{ transform: `translateY(${start}px)` }}
              >
                {selection && (
                  <span role="cell" className="table-check">
                    <input
                      type="checkbox"
                      aria-label={`${texts.select} ${keyOf(row)}`}
                      checked={selection.selected.has(keyOf(row))}
                      onChange={() => toggle(keyOf(row))}
                    />
                  </span>
                )}
                {visible.map(({ id, head, cell, align, isMain }, at) => (
                  <span
                    key={id}
                    role="cell"
                    data-head={head}
                    className={`${align === "end" ? "is-end" : ""} ${isMain ? "is-main" : ""}`}
                  >
                    {at === 0 && hrefOf
                      ? <a className="row-link" href={`#${hrefOf(row)}`}>{cell(row)}</a>
                      : cell(row)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
        {isLoadingMore && <p className="quiet table-more" role="status">{texts.loadingMore}</p>}
      </div>
    </div>
  );
}
