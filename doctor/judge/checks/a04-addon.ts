import { AttestationMode, retirements } from "../../../components/sgx/index.js";
import { modeOf, subjectsOf } from "../attesting.js";
import { azureOf, clusterFlags, needsAzure } from "../azure.js";
import type { Check, Seen } from "../check.js";
import { isOwn, twoAesm, withoutQuoteHelper, withQuoteHelper } from "../addon.js";
import { placeOf, type View } from "../view.js";

/** The add-on for SGX, beside what the cluster runs. */
export const a04: Check = {
    code: "CA-A04",
    reads: ["pods", "daemonSets"],
    needs: needsAzure("cluster"),
    run: (view) => {
        const addon = azureOf(view).cluster?.sgxAddon;
        if (addon === undefined) return [];
        return [
            ...twice(view, addon.quoteHelper),
            ...(addon.quoteHelper ? [] : withoutHelper(view)),
            ...longTermSupport(view),
        ];
    },
};

/** What this package does as well. Its quote helper goes with the add-on's device plugin, which has none by default. */
function twice(view: View, quoteHelper: boolean): Seen[] {
    const plugins = view.daemonSets.plugin.filter(isOwn);
    const helpers = quoteHelper ? view.daemonSets.helper.filter(isOwn) : [];
    const where = [...plugins, ...helpers].map(({ metadata }) => placeOf("DaemonSet", metadata));
    const flags = clusterFlags(view, "--name");
    if (plugins.length > 0)
        return [
            {
                reason: "two-sources",
                severity: "problem",
                seen: "the AKS add-on for SGX is on, and this package's device plugin is there as well: both offer the same devices",
                where,
                fix: `keep one: switch the add-on off (\`az aks disable-addons --addons confcom ${flags}\`), or leave the DaemonSets to it (\`quoting: addon\`)`,
            },
        ];
    if (helpers.length === 0) return [];
    return [
        {
            reason: "two-aesm",
            severity: "problem",
            seen: twoAesm,
            where,
            fix: `keep one: remove this package's SgxQuoteHelper, or enable the add-on again without its quote helper: ${withoutQuoteHelper(flags)}`,
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
            fix: withQuoteHelper(clusterFlags(view, "--name")),
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
