/** What a check is about; in the order in which they are shown. */
export const categories = {
    access: "access",
    azure: "Azure",
    nodes: "nodes",
    plugin: "device plugin",
    helper: "quote helper",
    policies: "policies",
    workloads: "workloads",
    proof: "proof",
} as const;
export type Category = keyof typeof categories;

/** One check. */
interface CheckEntry {
    category: Category;
    /** What it asks, shown when the answer is yes as well. */
    asks: string;
}

/**
 * Every check by its code, which is stable: it is in the JSON, and docs/doctor.md has a section for it. In each
 * category in the order in which they are shown.
 */
export const checks = {
    "CA-C06": { category: "access", asks: "the API server answers, and everything can be read" },
    "CA-A01": { category: "azure", asks: "Azure has the VM sizes for this subscription, here" },
    "CA-A02": { category: "azure", asks: "the quota is enough, upgrades included" },
    "CA-A03": { category: "azure", asks: "the node pools are as they should be" },
    "CA-A04": { category: "azure", asks: "the add-on and this package are not both there" },
    "CA-A05": { category: "azure", asks: "nothing that was read keeps AESM from Azure's collateral" },
    "CA-N08": { category: "nodes", asks: "there are SGX nodes, ready and labelled" },
    "CA-N09": { category: "nodes", asks: "no taint keeps a plugin, a quote helper or a workload off" },
    "CA-N10": { category: "nodes", asks: "every SGX node offers enclave, provision and EPC" },
    "CA-N11": { category: "nodes", asks: "what nodes have can be allocated" },
    "CA-N12": { category: "nodes", asks: "EPC is what the VM size has" },
    "CA-P13": { category: "plugin", asks: "a device plugin is ready on every SGX node" },
    "CA-P14": { category: "plugin", asks: "the EPC hook ends well" },
    "CA-P15": { category: "plugin", asks: "only one device plugin offers SGX" },
    "CA-P16": { category: "plugin", asks: "the devices of pods are healthy" },
    "CA-Q17": { category: "helper", asks: "an AESM is ready on every SGX node" },
    "CA-Q18": { category: "helper", asks: "AESM can make quotes" },
    "CA-Q19": { category: "helper", asks: "the log of AESM names no fault" },
    "CA-Q20": { category: "helper", asks: "only one AESM on a node writes its directory" },
    "CA-Q21": { category: "helper", asks: "the version of PSW in AESM's image is none that is known to be bad" },
    "CA-C07": { category: "policies", asks: "the admission policies are there and in force" },
    "CA-W22": { category: "workloads", asks: "workloads are set up to attest" },
    "CA-W23": { category: "workloads", asks: "no workload waits for a node" },
    "CA-W24": { category: "workloads", asks: "no workload is stuck, or fails to attest" },
    "CA-E25": { category: "proof", asks: "a quote was proven to be made out-of-process" },
} as const satisfies Readonly<Record<string, CheckEntry>>;
export type CheckCode = keyof typeof checks;

/** All codes, in the order in which they are shown. */
export const checkCodes = Object.keys(checks) as CheckCode[];
