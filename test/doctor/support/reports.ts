import { docsOfCheck } from "../../../components/sgx";
import { categories, checkCodes, checks, type Category, type CheckCode } from "../../../doctor/model/codes";
import {
    DOCTOR_FORMAT,
    DOCTOR_VERSION,
    type CheckResult,
    type Finding,
    type NodeRow,
    type Report,
} from "../../../doctor/model/report";

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

/** What a report is made of. */
interface Parts {
    findings?: readonly Finding[];
    nodes?: readonly NodeRow[];
    /** Checks that were skipped, and why. */
    skipped?: Partial<Record<CheckCode, Pick<CheckResult, "because" | "needs">>>;
}

/** A report of all checks, as the judge makes it; the first finding is the first thing to do. */
export function reportOf({ findings = [], nodes = [], skipped = {} }: Parts = {}): Report {
    const [first] = findings;
    return {
        format: DOCTOR_FORMAT,
        version: DOCTOR_VERSION,
        at: "2026-11-27T12:00:00.000Z",
        healthy: findings.every(({ severity }) => severity !== "problem"),
        ...(first === undefined ? {} : { first }),
        kubernetes: "v1.36.2",
        categories: (Object.keys(categories) as Category[]).map((category) => ({
            category,
            title: categories[category],
            checks: checkCodes
                .filter((code) => checks[code].category === category)
                .map((code): CheckResult => {
                    const ofCode = findings.filter((finding) => finding.code === code);
                    const why = skipped[code];
                    const result = ofCode[0]?.severity ?? (why === undefined ? "ok" : "skipped");
                    return { code, asks: checks[code].asks, result, ...why, findings: ofCode, docs: docsOfCheck(code) };
                }),
        })),
        nodes,
    };
}

/** A healthy SGX node with a few owners of its EPC. */
export function nodeRow(index: number, change: Partial<NodeRow> = {}): NodeRow {
    const large = index % 3 === 2;
    const pod = (namespace: string, name: string, mebibytes: number) => ({
        namespace,
        name: `${name}-${index}`,
        bytes: mebibytes * MiB,
    });
    return {
        name: `aks-${large ? "batch" : "enclave"}-31415926-vmss${String(index).padStart(6, "0")}`,
        pool: large ? "batch" : "enclave",
        vmSize: large ? "Standard_DC8s_v3" : "Standard_DC2s_v3",
        ready: true,
        plugin: "ready",
        aesm: "ready",
        epcBytes: (large ? 32 : 8) * GiB,
        owners: [
            pod("shop", "payments", 1024 + 512 * (index % 5)),
            pod("shop", "ledger", 768),
            pod("sgx-quote-helper", "sgx-quote-helper", 2),
        ],
        proof: { verdict: "out-of-process", at: "2026-11-27T09:20:00Z" },
        codes: [],
        ...change,
    };
}

/** A finding of a device plugin that is not there. */
export const pluginFinding: Finding = {
    code: "CA-P13",
    reason: "image-not-pulled",
    severity: "problem",
    seen: "the device plugin's image example.azurecr.io/intel/intel-sgx-plugin:0.36.0 cannot be pulled: 429 Too Many Requests",
    where: [{ kind: "DaemonSet", namespace: "sgx-device-plugin", name: "sgx-device-plugin" }],
    fix: "copy the image to a registry of the cluster's own, and set `devicePlugin.image`; look with `kubectl -n sgx-device-plugin describe pods`",
};

/** A cluster of so many SGX nodes, of which some are in trouble. */
export function troubled(count: number): Report {
    const isBad = (index: number) => index % 60 === 0;
    const nodes = Array.from({ length: count }, (_, index) =>
        isBad(index)
            ? nodeRow(index, {
                  plugin: "not ready",
                  aesm: index % 120 === 0 ? "none" : "not ready",
                  codes: ["CA-P13"],
                  owners: [],
              })
            : nodeRow(index, index % 7 === 1 ? { owners: [] } : {}),
    );
    const bad = nodes.filter((_, index) => isBad(index));
    const where = bad.map(({ name }) => ({ kind: "Node", name }));
    const pods = Array.from({ length: Math.min(count, 40) }, (_, index) => ({
        kind: "Pod",
        namespace: "shop",
        name: `payments-7d9f6c5b8-${String(index).padStart(5, "x")}`,
    }));
    return reportOf({
        findings: [
            { ...pluginFinding, where: [...pluginFinding.where, ...where] },
            {
                code: "CA-W23",
                reason: "never-fits",
                severity: "problem",
                seen: "the pods ask for 48Gi of EPC, and no node has more than 32Gi",
                where: pods,
                fix: "lower `sgx.intel.com/epc` to at most 32Gi, or add a pool of a larger VM size",
            },
            {
                code: "CA-E25",
                reason: "old-proof",
                severity: "warning",
                seen: "the last proof of pool batch is 40 days old",
                where: [],
                fix: "run the sample again: `pulumi up --replace`",
            },
        ],
        nodes,
        skipped: {
            "CA-N11": { because: "CA-P13" },
            "CA-Q17": { because: "CA-P13" },
            "CA-A01": { needs: "--azure" },
            "CA-A02": { needs: "--azure" },
            "CA-A03": { needs: "--azure" },
            "CA-A04": { needs: "--azure" },
            "CA-Q19": { needs: "--logs" },
        },
    });
}
