/** What a VM size counts against. */
export interface VmFamily {
    /** Azure's name of the quota, such as `Standard DCSv3 Family vCPUs`. */
    quota: string;
    /** Virtual CPUs of one VM that count. */
    vCpu: number;
    /** Virtual CPUs that the VM has: fewer where the size is constrained. */
    active: number;
}

/**
 * The quota that a VM size counts against, read from the size's name: `Standard_D4s_v5` has 4 vCPUs of `Standard DSv5
 * Family vCPUs`. Undefined where the name does not follow Azure's convention
 * (https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions), or where Azure names a family in another
 * way than its sizes, as for accelerators.
 */
export function vmFamily(size: string): VmFamily | undefined {
    // Standard_ family, vCPUs, constrained vCPUs, additive features, version.
    const parts = /^Standard_([A-Z]{1,2}S?)(\d+)(?:-(\d+))?([a-z]*)(?:_v(\d+))?$/.exec(size);
    if (parts === null) return undefined;
    const [, family = "", vCpus = "", active = vCpus, features = "", version] = parts;
    // The first versions of the D series count sizes, not vCPUs: `Standard_D3_v2` has four.
    if (/^DS?$/.test(family) && (version === undefined || version === "2")) return undefined;
    // The one SGX size without "s" is in the family of the others.
    const letters = size === "Standard_DC8_v2" ? "DCS" : `${family}${features}`.toUpperCase();
    // A size with constrained vCPUs takes the quota of the whole VM.
    return {
        quota: `Standard ${letters}${version === undefined ? "" : `v${version}`} Family vCPUs`,
        vCpu: Number(vCpus),
        active: Number(active),
    };
}
