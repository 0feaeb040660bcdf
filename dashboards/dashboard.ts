import { StackingMode, StackingConfigBuilder, VizLegendOptionsBuilder } from "@grafana/grafana-foundation-sdk/common";
import {
    DashboardBuilder,
    DatasourceVariableBuilder,
    QueryVariableBuilder,
    RowBuilder,
    VariableRefresh,
    type Dashboard,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { retirementsOfSizes } from "../components/monitoring/resource-alerts";
import { datasource, lines, table } from "./parts";
import { chosen, collateralTimes, epcGiven, epcOffered, epcOfOwners, retirementTimes } from "./queries";

/*
 * The dashboard that ships as dashboards/confidential-aks.json: nodes, EPC, quotes, and what ends. `RENEW=1 npx vitest
 * run test/monitoring/dashboard.test.ts` writes it.
 */

const newest = (series: string) => `max by (cluster, node) (${series}{${chosen}})`;
const time = (series: string) => `(${newest(series)} > 0) * 1000`;
const green = "green";
const red = "red";

const nodes = table(
    "Nodes",
    ["cluster", "node"],
    [
        { name: "AESM", query: newest("sgx_aesm_up"), words: { 1: ["answers", green], 0: ["does not answer", red] } },
        { name: "can quote", query: newest("sgx_aesm_healthy"), words: { 1: ["yes", green], 0: ["no", red] } },
        {
            name: "last error",
            query: newest("sgx_aesm_error_code"),
            words: {
                0: ["none", green],
                [-1]: ["no answer in time", red],
                [-2]: ["nobody there", red],
                [-3]: ["not understood", red],
                30: ["30: cannot quote", red],
            },
        },
        { name: "keys", query: newest("sgx_aesm_attestation_keys"), decimals: 0 },
        { name: "answer took", query: newest("sgx_aesm_answer_seconds"), unit: "s", decimals: 2 },
        { name: "last healthy", query: time("sgx_aesm_last_healthy_timestamp_seconds"), unit: "dateTimeFromNow" },
        { name: "last proof", query: time("sgx_proof_last_success_timestamp_seconds"), unit: "dateTimeFromNow" },
        {
            name: "proof",
            query: newest("sgx_proof_success"),
            words: { 1: ["succeeded", green], 0: ["failed", red] },
        },
        { name: "EPC given out", query: epcGiven("cluster, node"), unit: "bytes" },
        { name: "EPC", query: `sum by (cluster, node) (${epcOffered})`, unit: "bytes" },
    ],
);

const ownersOfEpc = lines("EPC by owner", "bytes", { "{{namespace}}/{{created_by_name}}": epcOfOwners }).fillOpacity(
    30,
);

const epcOfNodes = lines("EPC given out, share of the node's", "percentunit", {
    "{{node}}": `${epcGiven("cluster, node")} / sum by (cluster, node) (${epcOffered})`,
}).max(1);

const quotes = lines("Quotes by what became of them", "ops", {
    "code {{code}}": `sum by (code) (rate(sgx_quotes_total{${chosen}}[$__rate_interval]))`,
});

const seconds = lines("Seconds", "s", {
    "quote, {{node}}": newest("sgx_quote_seconds"),
    "answer, {{node}}": newest("sgx_aesm_answer_seconds"),
    "proof, {{node}}": newest("sgx_proof_seconds"),
});

const calendar = table(
    "What ends, and when",
    ["cluster", "what"],
    [
        {
            name: "size",
            query: `${retirementTimes(retirementsOfSizes())} * 1000`,
            unit: "dateTimeAsIso",
        },
        {
            name: "collateral",
            query: `(${collateralTimes}) * 1000`,
            unit: "dateTimeAsIso",
        },
    ],
);

const variable = (name: string, label: string, query: string) =>
    new QueryVariableBuilder(name)
        .label(label)
        .query(query)
        .datasource(datasource)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue(".*")
        .current({ selected: true, text: "All", value: "$__all" });

/* eslint-disable @typescript-eslint/no-deprecated -- the sidecar of Grafana's chart and Azure take this schema */
/** Builds the dashboard. */
export function buildDashboard(): Dashboard {
    const legend = () => new VizLegendOptionsBuilder().showLegend(true);
    const stacked = new StackingConfigBuilder().mode(StackingMode.Normal);
    const dashboard = new DashboardBuilder("Attestation with Intel SGX")
        .uid("confidential-aks")
        .description("Nodes that make quotes out-of-process, their EPC, and what ends. Made by confidential-aks.")
        .tags(["confidential-aks", "sgx"])
        .refresh("1m")
        .time({ from: "now-24h", to: "now" })
        .withVariable(new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"))
        .withVariable(variable("cluster", "Cluster", "label_values(sgx_aesm_up, cluster)"))
        .withVariable(variable("node", "Node", 'label_values(sgx_aesm_up{cluster=~"$cluster"}, node)'))
        .withRow(new RowBuilder("Nodes"))
        .withPanel(nodes.span(24).height(9))
        .withRow(new RowBuilder("EPC"))
        .withPanel(ownersOfEpc.stacking(stacked).legend(legend()).span(12).height(8))
        .withPanel(epcOfNodes.legend(legend()).span(12).height(8))
        .withRow(new RowBuilder("Quotes"))
        .withPanel(quotes.legend(legend()).span(12).height(8))
        .withPanel(seconds.legend(legend()).span(12).height(8))
        .withRow(new RowBuilder("What ends"))
        .withPanel(calendar.span(24).height(8))
        .build();
    // The builders number nothing.
    return { ...dashboard, panels: (dashboard.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}
