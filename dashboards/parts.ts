import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";
import type { DynamicConfigValue } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as TablePanel } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeriesPanel } from "@grafana/grafana-foundation-sdk/timeseries";

/** The Prometheus that a person chooses. */
export const datasource = { type: "prometheus", uid: "${datasource}" } satisfies DataSourceRef;

/** A column of a table: a query, how its values are shown, and what it is called. */
export interface Column {
    name: string;
    query: string;
    unit?: string;
    decimals?: number;
    /** Words for values, each with a colour. */
    words?: Record<string, [text: string, color: string]>;
}

const refId = (index: number) => String.fromCharCode("A".charCodeAt(0) + index);

/** A table of the newest values: one row for each set of labels, one column for each query. */
export function table(title: string, labels: readonly string[], columns: readonly Column[]): TablePanel {
    const panel = new TablePanel().title(title).datasource(datasource);
    for (const [index, { query }] of columns.entries()) {
        const target = new DataqueryBuilder().datasource(datasource).expr(query).refId(refId(index));
        panel.withTarget(target.instant().format(PromQueryFormat.Table));
    }
    for (const column of columns) panel.overrideByName(column.name, properties(column));
    const valueOf = (index: number) => (columns.length === 1 ? "Value" : `Value #${refId(index)}`);
    const renameByName = Object.fromEntries(columns.map(({ name }, index) => [valueOf(index), name]));
    const order = [...labels, ...columns.map((_, index) => valueOf(index))];
    return panel.withTransformation({ id: "merge", options: {} }).withTransformation({
        id: "organize",
        options: {
            excludeByName: { Time: true, cluster: false },
            indexByName: Object.fromEntries(order.map((field, index) => [field, index])),
            renameByName,
        },
    });
}

function properties({ unit, decimals, words }: Column): DynamicConfigValue[] {
    const mapped = Object.entries(words ?? {}).map(([value, [text, color]], index) => [value, { text, color, index }]);
    return [
        ...(unit === undefined ? [] : [{ id: "unit", value: unit }]),
        ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
        ...(words === undefined
            ? []
            : [
                  { id: "mappings", value: [{ type: "value", options: Object.fromEntries(mapped) as object }] },
                  { id: "custom.cellOptions", value: { type: "color-text" } },
              ]),
    ];
}

/** Lines over time, named by their labels. */
export function lines(title: string, unit: string, queries: Record<string, string>): TimeSeriesPanel {
    const panel = new TimeSeriesPanel().title(title).datasource(datasource).unit(unit).min(0);
    for (const [index, [legend, query]] of Object.entries(queries).entries()) {
        panel.withTarget(
            new DataqueryBuilder().datasource(datasource).expr(query).refId(refId(index)).legendFormat(legend).range(),
        );
    }
    return panel;
}
