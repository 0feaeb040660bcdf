import { invalid, notAllowed, suggest, when, type Problem, type Warning } from "../problems";
import { retirements, type Retirement } from "./retirements";

/** Azure's series of VM sizes with Intel SGX. */
export const SgxSeriesName = {
    /** Up to 8 vCPUs and 168 MiB of EPC; Azure retired it on 2026-06-30. */
    DCsv2: "DCsv2",
    /** Up to 48 vCPUs and 256 GiB of EPC. */
    DCsv3: "DCsv3",
    /** Sizes of DCsv3 with a local disk. */
    DCdsv3: "DCdsv3",
} as const;
export type SgxSeriesName = (typeof SgxSeriesName)[keyof typeof SgxSeriesName];

/** Where Azure says a series is in its life. */
interface SgxSeriesLifecycle extends Retirement {
    /**
     * `retired`: cannot be provisioned. `retiring`: announced, still to be had. A fact of this catalogue, no clock is
     * read.
     */
    status: "retired" | "retiring";
    /** Day of retirement, ISO 8601. */
    retiresOn: string;
}

/** A series of VM sizes with Intel SGX. */
export interface SgxSeries {
    /** Azure's name of the series. */
    name: SgxSeriesName;
    /** Its life: both announcements are in. */
    lifecycle: SgxSeriesLifecycle;
    /**
     * Whether its nodes work in a cluster with Azure CNI Overlay
     * (https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay).
     */
    supportsAzureCniOverlay: boolean;
    /** Azure's page of the series. */
    source: string;
}

/** A VM size with Intel SGX. */
export interface VmSize {
    /** Azure's exact spelling. */
    name: string;
    /** The series it belongs to. */
    series: SgxSeriesName;
    /** Virtual CPUs. */
    vCpu: number;
    /** Memory in GiB. */
    memoryGiB: number;
    /** Encrypted memory for enclaves in MiB, nominal: nodes may offer less. */
    epcMiB: number;
}

const sizes = "https://learn.microsoft.com/azure/virtual-machines/sizes";
/** Every series with Intel SGX, by name. Sources: the pages each entry names. */
export const sgxSeries: Readonly<Record<SgxSeriesName, Readonly<SgxSeries>>> = {
    DCsv2: {
        name: "DCsv2",
        lifecycle: { status: "retired", ...retirements.DCsv2 },
        supportsAzureCniOverlay: false,
        source: `${sizes}/general-purpose/dcsv2-series`,
    },
    DCsv3: {
        name: "DCsv3",
        lifecycle: { status: "retiring", ...retirements.DCsv3 },
        supportsAzureCniOverlay: true,
        source: `${sizes}/general-purpose/dcsv3-series`,
    },
    DCdsv3: {
        name: "DCdsv3",
        lifecycle: { status: "retiring", ...retirements.DCdsv3 },
        supportsAzureCniOverlay: true,
        source: `${sizes}/general-purpose/dcdsv3-series`,
    },
};

/** vCPU, memory in GiB, EPC in MiB. */
const v3Table = [
    [1, 8, 4096],
    [2, 16, 8192],
    [4, 32, 16384],
    [8, 64, 32768],
    [16, 128, 65536],
    [24, 192, 131072],
    [32, 256, 196608],
    [48, 384, 262144],
] as const;

function v3Sizes(series: SgxSeriesName, suffix: string): VmSize[] {
    return v3Table.map(([vCpu, memoryGiB, epcMiB]) => ({
        name: `Standard_DC${vCpu}${suffix}_v3`,
        series,
        vCpu,
        memoryGiB,
        epcMiB,
    }));
}

/**
 * Every VM size of Azure with Intel SGX, the series still to be had first. Sources: the page of each series
 * (`sgxSeries`). Mind `Standard_DC8_v2`: it has no "s".
 */
export const sgxVmSizes: readonly Readonly<VmSize>[] = [
    ...v3Sizes("DCsv3", "s"),
    ...v3Sizes("DCdsv3", "ds"),
    { name: "Standard_DC1s_v2", series: "DCsv2", vCpu: 1, memoryGiB: 4, epcMiB: 28 },
    { name: "Standard_DC2s_v2", series: "DCsv2", vCpu: 2, memoryGiB: 8, epcMiB: 56 },
    { name: "Standard_DC4s_v2", series: "DCsv2", vCpu: 4, memoryGiB: 16, epcMiB: 112 },
    { name: "Standard_DC8_v2", series: "DCsv2", vCpu: 8, memoryGiB: 32, epcMiB: 168 },
];

const byName: ReadonlyMap<string, Readonly<VmSize>> = new Map(sgxVmSizes.map((size) => [size.name, size]));

/** The size of that exact spelling, or undefined. */
export function findVmSize(name: string): VmSize | undefined {
    return byName.get(name);
}

/** How `checkVmSize` judges. */
export interface CheckVmSizeOptions {
    /** Lets a retired size pass, with a warning. Default false. */
    allowRetiredSizes?: boolean;
    /** Path of the argument in messages. */
    path: string;
}

/** What `checkVmSize` found; `size` is set when the spelling is exact, also beside problems. */
export interface CheckedVmSize {
    size?: VmSize;
    problems: Problem[];
    warnings: Warning[];
}

/** AKS refuses nodes below it (https://learn.microsoft.com/azure/aks/quotas-skus-regions). */
const aksMinimumVCpu = 2;

/**
 * Whether a size can be used for an enclave pool. Problems: unknown or non-SGX sizes, other spellings, sizes below the
 * AKS minimum, retired sizes that were not allowed. Warnings: `retired-size`, `retiring-size`. Throws nothing.
 */
export function checkVmSize(name: unknown, options: CheckVmSizeOptions): CheckedVmSize {
    const { path } = options;
    const size = typeof name === "string" ? findVmSize(name) : undefined;
    if (size === undefined) return { problems: [unknownSize(name, path)], warnings: [] };
    const problems = when(size.vCpu < aksMinimumVCpu, tooSmall(size, options));
    const { lifecycle } = sgxSeries[size.series];
    if (lifecycle.status === "retiring") return { size, problems, warnings: [retiring(size, lifecycle, path)] };
    if (options.allowRetiredSizes !== true) {
        return { size, problems: [...problems, retiredProblem(size, lifecycle, path)], warnings: [] };
    }
    return { size, problems, warnings: [retiredWarning(size, lifecycle, path)] };
}

const families = "A|B|D|DS|E|EC|F|FX|G|GS|H|HB|HC|HX|L|M|NC|ND|NG|NP|NV";
/**
 * Well-formed names of other families, and of the confidential VMs that share the letters DC but have AMD SEV-SNP or
 * Intel TDX.
 */
const withoutSgx = new RegExp(
    `^(Standard|Basic)_((${families})\\d+[a-z\\d-]*(_[A-Za-z\\d_]+)?|DC\\d+[a-z]*_v[5-9])$`,
    "i",
);

function unknownSize(name: unknown, path: string): Problem {
    const expected = "an Azure VM size with Intel SGX, in Azure's exact spelling, such as Standard_DC2s_v3";
    const general =
        "name a size of DCsv3 or DCdsv3 (Standard_DC2s_v3 to Standard_DC48s_v3, Standard_DC2ds_v3 to Standard_DC48ds_v3)";
    if (typeof name !== "string" || name === "") return invalid(path, name, expected, general);
    const candidates = sgxVmSizes.map((size) => size.name);
    const meant = suggest(name, candidates) ?? suggest(`Standard_${name}`, candidates);
    if (meant !== undefined && meant.toLowerCase() === name.toLowerCase()) {
        const reason = "AKS copies the spelling into a node label that DaemonSets match exactly, letter case included";
        return invalid(path, name, expected, `did you mean ${meant}? ${reason}`);
    }
    const hint = meant === undefined ? general : `did you mean ${meant}?`;
    return invalid(path, name, expected, withoutSgx.test(name) ? `${name} has no Intel SGX; ${hint}` : hint);
}

function tooSmall(size: VmSize, { path, allowRetiredSizes }: CheckVmSizeOptions): Problem {
    const larger = size.name.replace("_DC1", "_DC2");
    const expected = `a size with at least ${aksMinimumVCpu} vCPUs, the minimum of AKS; this one has ${size.vCpu}`;
    return invalid(path, size.name, expected, `use ${allowRetiredSizes === true ? larger : live(larger)}`);
}

/** The DCsv3 size with the vCPUs of a DCsv2 size; other sizes stay. */
function live(name: string): string {
    return name.replace(/s?_v2$/, "s_v3");
}

function retiredProblem(size: VmSize, lifecycle: SgxSeriesLifecycle, path: string): Problem {
    const successor = live(size.name.replace("_DC1", "_DC2"));
    const { retiresOn, source } = lifecycle;
    const why = `Azure retired the ${size.series} series on ${retiresOn} and provisions no new nodes of it (${source})`;
    const remedy = `use ${successor}, or set allowRetiredSizes to true to keep the size at your own risk`;
    return notAllowed(path, size.name, why, remedy);
}

function retiredWarning(size: VmSize, lifecycle: SgxSeriesLifecycle, path: string): Warning {
    const message =
        `${size.name}: Azure retired the ${size.series} series on ${lifecycle.retiresOn} and provisions no node of it since then: ` +
        `an update makes the cluster, which is billed, and then fails at this pool. It passes here because of allowRetiredSizes (${lifecycle.source})`;
    return { code: "retired-size", path, message };
}

function retiring(size: VmSize, lifecycle: SgxSeriesLifecycle, path: string): Warning {
    const closed =
        lifecycle.closedToNewSubscriptionsFrom === undefined
            ? ""
            : `, and takes no new subscriptions from ${lifecycle.closedToNewSubscriptionsFrom} on`;
    return {
        code: "retiring-size",
        path,
        message: `${size.name}: Azure retires the ${size.series} series on ${lifecycle.retiresOn}${closed} (${lifecycle.source})`,
    };
}
