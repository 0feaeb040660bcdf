import { whole, type BadConfig } from "./bad-config";

const policies = (
    title: string,
    change: Record<string, unknown>,
    path: string,
    says: RegExp,
    others: Record<string, unknown> = {},
): BadConfig =>
    whole(
        title,
        { policies: { namespaces: ["payments"], kubernetesVersion: "1.36", ...change }, ...others },
        `policies.${path}`,
        says,
    );

/** Admission policies. */
export const badPolicies: BadConfig[] = [
    policies("policies without namespaces", { namespaces: undefined }, "namespaces", /at least one/),
    policies("policies for one namespace as text", { namespaces: "payments" }, "namespaces", /a list/),
    policies("policies for kube-system", { namespaces: ["kube-system"] }, "namespaces[0]", /never covered/),
    policies("policies for AESM's namespace", { namespaces: ["sgx-quote-helper"] }, "namespaces[0]", /never covered/),
    policies(
        "policies for AESM's namespace, which has a name of its own",
        { namespaces: ["payments", "quoting"] },
        "namespaces[1]",
        /never covered/,
        { quoteHelper: { image: "r.example/aesm:1", namespace: "quoting" } },
    ),
    policies(
        "policies for the sample's namespace",
        { namespaces: ["attestation-sample"] },
        "namespaces[0]",
        /negative control/,
    ),
    policies("policies for a namespace twice", { namespaces: ["a", "a"] }, "namespaces[1]", /remove one/),
    policies(
        "policies without a version",
        { kubernetesVersion: undefined },
        "kubernetesVersion",
        /injection needs 1\.36/,
    ),
    policies("policies for Kubernetes 1.29", { kubernetesVersion: "1.29" }, "kubernetesVersion", /upgrade the cluster/),
    policies("a second, other version", {}, "kubernetesVersion", /remove it here/, { kubernetesVersion: "1.37" }),
    policies("an unknown mode of the guard", { guardMode: "warn" }, "guardMode", /"enforce", "audit"/),
    policies("injection as text", { inject: "yes" }, "inject", /true or false/),
    policies("a misspelt key of the policies", { namespace: ["a"] }, "namespace", /did you mean "namespaces"/),
    policies("a CSI driver with a blank", { csiDrivers: ["my driver"] }, "csiDrivers[0]", /name of a CSI driver/),
];
