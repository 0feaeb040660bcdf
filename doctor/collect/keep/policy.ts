import { STARTUP_TAINT_POLICY } from "../../../components/sgx/index.js";
import type { AdmissionBinding, AdmissionPolicy, ClusterRole, ClusterRoleBinding } from "../../model/objects.js";
import { keepMeta, keepSelector, noMeta } from "./meta.js";
import { itemsOf, list, object, or, text, texts, under, type Raw } from "./shape.js";
import { mask, start } from "../mask.js";

const partOf = "app.kubernetes.io/part-of";

/** Whether a policy or binding is one of this package. */
export function isOfPackage(raw: Raw): boolean {
    const metadata = under(raw, "metadata");
    return under(metadata, "labels")[partOf] === "confidential-aks" || metadata.name === STARTUP_TAINT_POLICY;
}

export function keepPolicy(kind: AdmissionPolicy["kind"], raw: Raw): AdmissionPolicy {
    const spec = under(raw, "spec");
    const failurePolicy = text(spec.failurePolicy);
    const namespaceSelector = keepSelector(under(spec, "matchConstraints").namespaceSelector);
    const warnings = itemsOf(under(under(raw, "status"), "typeChecking"), "expressionWarnings");
    return {
        kind,
        metadata: keepMeta(raw.metadata) ?? noMeta,
        ...(failurePolicy === undefined ? {} : { failurePolicy }),
        ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
        ...(warnings.length === 0
            ? {}
            : {
                  typeWarnings: warnings.map(
                      ({ fieldRef, warning }) => `${text(fieldRef) ?? ""}: ${start(mask(text(warning) ?? ""))}`,
                  ),
              }),
    };
}

export function keepBinding(kind: AdmissionBinding["kind"], raw: Raw): AdmissionBinding {
    const spec = under(raw, "spec");
    const validationActions = texts(spec.validationActions);
    const namespaceSelector = keepSelector(under(spec, "matchResources").namespaceSelector);
    return {
        kind,
        metadata: keepMeta(raw.metadata) ?? noMeta,
        policyName: text(spec.policyName) ?? "",
        ...(validationActions === undefined ? {} : { validationActions }),
        ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    };
}

const rules = list(
    object<ClusterRole["rules"][number]>({
        apiGroups: list((raw) => String(raw)),
        resources: texts,
        verbs: or(texts, []),
    }),
);

export function keepClusterRole(raw: Raw): ClusterRole {
    return { metadata: keepMeta(raw.metadata) ?? noMeta, rules: rules(raw.rules) ?? [] };
}

const bindingParts = object<Pick<ClusterRoleBinding, "roleRef" | "subjects">>({
    roleRef: or(object<ClusterRoleBinding["roleRef"]>({ kind: or(text, ""), name: or(text, "") }), {
        kind: "",
        name: "",
    }),
    subjects: list(
        object<NonNullable<ClusterRoleBinding["subjects"]>[number]>({
            kind: or(text, ""),
            name: or(text, ""),
            namespace: text,
        }),
    ),
});

export function keepClusterRoleBinding(raw: Raw): ClusterRoleBinding {
    const parts = bindingParts(raw) ?? { roleRef: { kind: "", name: "" } };
    return { metadata: keepMeta(raw.metadata) ?? noMeta, ...parts };
}
