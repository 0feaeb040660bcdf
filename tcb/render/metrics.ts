import { TcbStatus } from "../model/collateral.js";
import type { CollateralRow, Report } from "../model/report.js";

type Labels = Readonly<Record<string, string>>;
interface Sample {
    labels: Labels;
    value: number;
}

const statuses = [...Object.values(TcbStatus), "none"] as const;

/**
 * The report as metrics, in the text format of Prometheus. Times are absolute, so that an old file is seen to be old.
 * `sgx_collateral_next_update_timestamp_seconds` is about the standard set, and 0 where it is not known.
 */
export function renderMetrics(report: Report): string {
    const fmspcs = [...new Set(report.platforms.map(({ fmspc }) => fmspc))];
    return [
        metric(
            "sgx_collateral_next_update_timestamp_seconds",
            "Time at which the collateral of the standard set is too old; 0: not known.",
            fmspcs.flatMap((fmspc) => nextUpdates(report, fmspc)),
        ),
        metric(
            "sgx_tcb_status",
            "Platforms of an FMSPC that have this status in this set.",
            fmspcs.flatMap((fmspc) => statusSamples(report, fmspc)),
        ),
        metric(
            "sgx_tcb_evaluation_number",
            "Number of the evaluation set.",
            report.collateral.flatMap(({ item, fmspc, set, evaluationNumber }) =>
                item === "tcb_info" && fmspc !== undefined && set !== undefined && evaluationNumber !== undefined
                    ? [{ labels: { fmspc, set }, value: evaluationNumber }]
                    : [],
            ),
        ),
        metric(
            "sgx_tcb_findings",
            "What was found, by its severity.",
            (["problem", "warning"] as const).map((severity) => ({
                labels: { severity },
                value: report.findings.filter((each) => each.severity === severity).length,
            })),
        ),
        metric("sgx_tcb_check_timestamp_seconds", "Time of this check.", [{ labels: {}, value: seconds(report.at) }]),
    ].join("");
}

/** Those of the list of a platform's CA, of the root's list, and of the standard set. */
function nextUpdates({ collateral, platforms }: Report, fmspc: string): Sample[] {
    const cas = new Set(platforms.flatMap((each) => (each.fmspc === fmspc ? [each.certificate?.ca] : [])));
    const isOf = (row: CollateralRow) =>
        (row.fmspc === undefined || row.fmspc === fmspc) &&
        (row.set === undefined || row.set === "standard") &&
        (row.ca === undefined || cas.has(undefined) || cas.has(row.ca));
    return (["tcb_info", "qe_identity", "pck_crl", "root_ca_crl"] as const).map((item) => {
        const times = collateral
            .filter((row) => row.item === item && isOf(row))
            .map(({ nextUpdate }) => (nextUpdate === undefined ? 0 : seconds(nextUpdate)));
        return { labels: { fmspc, item }, value: Math.min(...times) };
    });
}

function statusSamples({ platforms }: Report, fmspc: string): Sample[] {
    const standings = platforms.filter((each) => each.fmspc === fmspc).flatMap(({ sets }) => sets);
    return [...new Set(standings.map(({ set }) => set))].flatMap((set) =>
        statuses.map((status) => ({
            labels: { fmspc, set, status },
            value: standings.filter((each) => each.set === set && each.status === status).length,
        })),
    );
}

function metric(name: string, help: string, samples: readonly Sample[]): string {
    const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
    return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ""].join("\n");
}

/** Values here are hexadecimal digits and fixed words: nothing in them needs an escape. */
function labelText(labels: Labels): string {
    const all = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
    return all.length === 0 ? "" : `{${all.join(",")}}`;
}

function seconds(iso: string): number {
    return Math.floor(Date.parse(iso) / 1000);
}
