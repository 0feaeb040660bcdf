import { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1";
import * as pulumi from "@pulumi/pulumi";
import { STARTUP_TAINT_POLICY } from "../sgx";
import { isServiceAccount, startupTaintExpressions } from "../sgx/admission";
import { commonLabels } from "../shared/objects";
import { nameOf } from "../shared/options";
import type { TextMap } from "../shared/text-map";
import { epcHookAccountName } from "./epc-hook";

const metadata = {
    name: STARTUP_TAINT_POLICY,
    labels: commonLabels("sgx-device-plugin", "startup-taint"),
};

/**
 * The policy that taints a new node of those that the device plugin runs on, and removes the taint when EPC is there.
 * The EPC hook's own requests are left alone: its account may change nothing but EPC. An error in the policy never
 * keeps a node from joining.
 */
export function startupTaint(
    name: string,
    namespace: pulumi.Input<string>,
    nodeSelector: TextMap,
    child: pulumi.CustomResourceOptions,
): void {
    const resourceName = `${name}-startup-taint`;
    const isNotHook = pulumi.output(namespace).apply((known) => `!(${isServiceAccount(known, epcHookAccountName)})`);
    const policy = new MutatingAdmissionPolicy(
        resourceName,
        {
            metadata,
            spec: {
                failurePolicy: "Ignore",
                reinvocationPolicy: "Never",
                matchConstraints: {
                    objectSelector: { matchLabels: nodeSelector },
                    resourceRules: [nodesOn(["CREATE", "UPDATE"], "nodes"), nodesOn(["UPDATE"], "nodes/status")],
                },
                matchConditions: [{ name: "is-not-epc-hook", expression: isNotHook }],
                ...startupTaintExpressions,
            },
        },
        child,
    );
    new MutatingAdmissionPolicyBinding(
        resourceName,
        { metadata, spec: { policyName: nameOf(policy, metadata.name) } },
        child,
    );
}

function nodesOn(operations: string[], resource: string) {
    return { apiGroups: [""], apiVersions: ["v1"], operations, resources: [resource] };
}
