import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { execRights, logRights, rights, type Right } from "../../../doctor/collect/rights";

interface Role {
    metadata: { name: string };
    rules: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
}

const text = readFileSync("docs/doctor-role.yaml", "utf8");

/** Every right of a role as one line. */
function given({ rules }: Role): string[] {
    return rules.flatMap(({ apiGroups, resources, resourceNames = [""], verbs }) =>
        apiGroups.flatMap((group) =>
            resources.flatMap((resource) =>
                resourceNames.flatMap((name) => verbs.map((verb) => line({ verb, group, resource, name }))),
            ),
        ),
    );
}

function line({
    verb,
    group,
    resource,
    name = "",
}: Pick<Right, "group" | "resource" | "name"> & { verb: string }): string {
    return [verb, group, resource, name].join(" ");
}

test("the ClusterRole gives the rights that the doctor uses, and no others", () => {
    const [role] = parseAllDocuments(text).map((document) => document.toJS() as Role);
    const review = { verb: "create", group: "authorization.k8s.io", resource: "selfsubjectaccessreviews" } as const;
    expect(role?.metadata.name).toBe("confidential-aks-doctor");
    expect(given(role!).sort()).toEqual([...Object.values(rights), review].map((right) => line(right)).sort());
});

test("the second role, which is a comment, gives those of --logs and --exec", () => {
    const [, commented = ""] = text.split("---\n");
    const from = commented.indexOf("# apiVersion");
    const [role] = parseAllDocuments(commented.slice(from).replace(/^# /gm, "")).map((one) => one.toJS() as Role);
    expect(given(role!).sort()).toEqual([...logRights, ...execRights].map((right) => line(right)).sort());
});

test("the ClusterRole gives nothing that changes an object, and no secret", () => {
    const [role] = parseAllDocuments(text).map((document) => document.toJS() as Role);
    for (const { verbs, resources } of role!.rules) {
        expect(resources).not.toContain("secrets");
        expect(resources).not.toContain("configmaps");
        if (!resources.includes("selfsubjectaccessreviews"))
            expect(["get", "list"]).toEqual(expect.arrayContaining(verbs));
    }
});
