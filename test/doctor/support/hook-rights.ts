import type { Objects } from "./cluster";

const name = "confidential-aks:sgx-epc-hook";

/** The ClusterRole of the EPC hook, and what gives it to the hook's account. */
export function hookRights(): Pick<Objects, "clusterRoles" | "clusterRoleBindings"> {
    return {
        clusterRoles: [
            {
                metadata: { name, uid: "uid-hook-role" },
                rules: [
                    { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
                    { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
                ],
            },
        ],
        clusterRoleBindings: [
            {
                metadata: { name, uid: "uid-hook-binding" },
                roleRef: { kind: "ClusterRole", name },
                subjects: [{ kind: "ServiceAccount", name: "sgx-epc-hook", namespace: "sgx-device-plugin" }],
            },
        ],
    };
}
