import { describe, expect, test } from "vitest";
import { AttestationMonitoring, type AttestationMonitoringArgs } from "../../components";
import { alertNames } from "../../components/monitoring/alerts";
import { failureOf } from "../support/failure";

const quoteHelper = { namespace: "sgx-quote-helper", daemonSetName: "sgx-quote-helper" };
const operator: AttestationMonitoringArgs = { flavour: "prometheusOperator", quoteHelper };
const azure = {
    workspaceId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Monitor/accounts/metrics",
    clusterId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/team-a",
    resourceGroupName: "team-a",
};

describe("arguments that cannot be", () => {
    const paths = (args: object) =>
        failureOf(() => new AttestationMonitoring("watch", args as AttestationMonitoringArgs)).problems.map(
            ({ kind, path }) => `${kind} ${path}`,
        );

    test("are all named at once", () => {
        const azure = { workspaceId: "metrics", resourceGroupName: "g.", actionGroupIds: ["on-call"], tags: 5 };
        expect(
            paths({
                flavour: "azureManaged",
                quoteHelper: { namespace: "Upper" },
                labels: { release: 1 },
                disabledAlerts: ["SgxNothing"],
                dashboardNamespace: "-",
                azure,
            }),
        ).toEqual([
            "invalid quoteHelper.namespace",
            "required quoteHelper.daemonSetName",
            'invalid labels["release"]',
            "unsupported disabledAlerts[0]",
            "invalid dashboardNamespace",
            "invalid azure.workspaceId",
            "required azure.clusterId",
            "invalid azure.resourceGroupName",
            "invalid azure.tags",
            "invalid azure.actionGroupIds[0]",
        ]);
    });

    test("azure belongs to azureManaged, and nowhere else", () => {
        expect(paths({ flavour: "azureManaged", quoteHelper })).toEqual(["required azure"]);
        expect(paths({ ...operator, azure })).toEqual(["notAllowed azure"]);
        expect(paths({ flavour: "grafana", quoteHelper })).toEqual(["unsupported flavour"]);
        expect(paths({})).toEqual(["required flavour", "required quoteHelper"]);
    });

    test("the TCB check has to know what to check", () => {
        expect(paths({ ...operator, tcb: { image: "r.example/tcb:1" } })).toEqual(["required tcb.fmspcs"]);
    });

    test("a name of an alert that is nearly right is named", () => {
        const args = { ...operator, disabledAlerts: ["SgxAesmSlo"] };
        const { problems } = failureOf(() => new AttestationMonitoring("watch", args));
        expect(problems[0]?.remedy).toContain("SgxAesmSlow");
        expect(alertNames).toContain("SgxAesmSlow");
    });
});
