import { AttestationMode, retirements } from "../../../components/sgx/index.js";
import { modeOf, subjectsOf } from "../attesting.js";
import { azureOf, clusterFlags, needsAzure } from "../azure.js";
import type { Check, Seen } from "../check.js";
import { placeOf, type View } from "../view.js";

/** `app.kubernetes.io/part-of` of this package's DaemonSets. */
const ownPackage = "confidential-aks";

/** The add-on for SGX, beside what the cluster runs. */
export const a04: Check = {
    code: "CA-A04",
    reads: ["pods", "daemonSets"],
    needs: needsAzure("cluster"),
    run: (view) => {
        const addon = azureOf(view).cluster?.sgxAddon;
        if (addon === undefined) return [];
        return [...twoSources(view), ...(addon.quoteHelper ? [] : withoutHelper(view)), ...longTermSupport(view)];
    },
};

function twoSources(view: View): Seen[] {
    const own = [...view.daemonSets.plugin, ...view.daemonSets.helper].filter(
        ({ metadata }) => metadata.labels?.["app.kubernetes.io/part-of"] === ownPackage,
    );
    if (own.length === 0) return [];
    return [
        {
            reason: "two-sources",
            severity: "problem",
            seen: "the AKS add-on for SGX is on, and this package's DaemonSets are there as well: both offer the same devices",
            where: own.map(({ metadata }) => placeOf("DaemonSet", metadata)),
            fix: `keep one: switch the add-on off (\`az aks disable-addons --addons confcom ${clusterFlags(view, "--name")}\`), or leave the DaemonSets to it (\`quoting: addon\`)`,
        },
    ];
}

/** Workloads that wait for an AESM, and an add-on that brings none, as is its default. */
function withoutHelper(view: View): Seen[] {
    if (view.pods.helper.length > 0 || view.daemonSets.helper.length > 0) return [];
    const wanting = subjectsOf(view).filter(({ template }) => modeOf(template) === AttestationMode.outOfProcess);
    if (wanting.length === 0) return [];
    return [
        {
            reason: "helper-off",
            severity: "problem",
            seen: "workloads attest out-of-process, and the AKS add-on for SGX runs without its quote helper",
            where: wanting.map(({ place }) => place),
            fix: `\`az aks addon update --addon confcom --enable-sgxquotehelper ${clusterFlags(view, "--name")}\``,
        },
    ];
}

function longTermSupport(view: View): Seen[] {
    if (azureOf(view).cluster?.supportPlan !== "AKSLongTermSupport") return [];
    return [
        {
            reason: "long-term-support",
            severity: "warning",
            seen: `AKS asks to confirm for each version with long-term support that the SGX add-on is supported there (${retirements.addonInLongTermSupport.source})`,
            where: [],
            fix: "ask Azure's support before an upgrade, or leave the add-on for this package's own DaemonSets (`quoting: daemonSets`)",
        },
    ];
}
