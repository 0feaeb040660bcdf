import type * as pulumi from "@pulumi/pulumi";
import {
    checkedShapes,
    invalid,
    isLate,
    isPlainObject,
    kubernetesName,
    missing,
    notAllowed,
    oneOf,
    prefixed,
    required,
    when,
    type Checked,
    type Problem,
} from "../problems";
import type { AzurePlace } from "../shared/azure-place";
import { checkRegion, checkResourceId, checkTags, requiredResourceGroup } from "../shared/check-place";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedTags } from "../shared/checked-place";
import { checkedTextsLater, checkText, type TextMap } from "../shared/text-map";
import { alertNames } from "./alerts";
import { tcbCheckOutputs, tcbCheckSpec, type TcbCheckSpec } from "./tcb-spec";
import { MonitoringFlavour, type AttestationMonitoringArgs, type AzureAlertsArgs, type WatchedDaemonSet } from "./args";

/** Where rule groups of Azure go, and whose metrics they are for. */
export interface AzureAlertsSpec {
    place: AzurePlace;
    workspaceId: pulumi.Input<string>;
    clusterId: pulumi.Input<string>;
    actionGroupIds: readonly pulumi.Input<string>[];
    /** Whether workspace and cluster are made by the owner of the arguments, so that their ids need no check. */
    isOwn: boolean;
}

/** The arguments with their defaults. */
export interface MonitoringSpec {
    flavour: MonitoringFlavour;
    quoteHelper: WatchedDaemonSet;
    nodeProof: WatchedDaemonSet | undefined;
    labels: TextMap;
    disabledAlerts: readonly string[];
    dashboardNamespace: pulumi.Input<string> | undefined;
    /** Undefined: TCB and collateral are not judged here. */
    tcb: TcbCheckSpec | undefined;
    /** Undefined: the alerts are in the cluster. */
    azure: AzureAlertsSpec | undefined;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function monitoringSpec(args: AttestationMonitoringArgs): Checked<MonitoringSpec> {
    return checkedShapes(args, { groups: ["azure", "tcb"], lists: [] }, specOfFitting);
}

function specOfFitting(args: AttestationMonitoringArgs): Checked<MonitoringSpec> {
    const { flavour, quoteHelper, nodeProof, azure, disabledAlerts } = args;
    const tcb = args.tcb && tcbCheckSpec(args.tcb);
    return {
        spec: {
            flavour,
            quoteHelper: { ...quoteHelper },
            nodeProof: nodeProof && { ...nodeProof },
            labels: args.labels ?? {},
            disabledAlerts: disabledAlerts ?? [],
            dashboardNamespace: args.dashboardNamespace,
            tcb: tcb?.spec,
            azure: azure && azureSpec(azure),
        },
        problems: [
            ...checkFlavour(args),
            ...checkWatched("quoteHelper", quoteHelper, "SgxQuoteHelper"),
            ...(nodeProof === undefined ? [] : checkWatched("nodeProof", nodeProof, "NodeProof")),
            ...checkLabels("labels", args.labels),
            ...checkNames("disabledAlerts", disabledAlerts),
            ...kubernetesName("dashboardNamespace", args.dashboardNamespace),
            ...prefixed("tcb", tcb?.problems ?? []),
            // Where it has no place at all, that is enough to say.
            ...(azure === undefined || flavour === MonitoringFlavour.prometheusOperator
                ? []
                : prefixed("azure", checkAzure(azure))),
        ],
        warnings: [],
    };
}

/** The arguments as the engine gets them: without the components that a program may have passed. */
export function plainArgs(args: AttestationMonitoringArgs): AttestationMonitoringArgs {
    const plain = ({ namespace, daemonSetName }: WatchedDaemonSet) => ({ namespace, daemonSetName });
    const { quoteHelper, nodeProof } = args;
    return { ...args, quoteHelper: plain(quoteHelper), ...(nodeProof && { nodeProof: plain(nodeProof) }) };
}

function azureSpec({ workspaceId, clusterId, actionGroupIds, ...place }: AzureAlertsArgs): AzureAlertsSpec {
    const { resourceGroupName, location, tags } = place;
    const actions = Array.isArray(actionGroupIds) ? actionGroupIds : [];
    return {
        place: { resourceGroupName, location, tags },
        // That it is there is checked, of an output as soon as it is known.
        workspaceId: workspaceId as pulumi.Input<string>,
        clusterId,
        actionGroupIds: actions,
        isOwn: false,
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function monitoringOutputs(of: Subject, spec: MonitoringSpec): MonitoringSpec {
    const watched = (path: string, { namespace, daemonSetName }: WatchedDaemonSet): WatchedDaemonSet => ({
        namespace: checkedValue(of, `${path}.namespace`, namespace, kubernetesName),
        daemonSetName: checkedValue(of, `${path}.daemonSetName`, daemonSetName, kubernetesName),
    });
    return {
        ...spec,
        quoteHelper: watched("quoteHelper", spec.quoteHelper),
        nodeProof: spec.nodeProof && watched("nodeProof", spec.nodeProof),
        labels: checkedTextsLater(of, spec.labels, (name, value) => checkLabels("labels", { [name]: value })),
        dashboardNamespace: checkedValue(of, "dashboardNamespace", spec.dashboardNamespace, kubernetesName),
        tcb: spec.tcb && tcbCheckOutputs({ ...of, under: of.under === "" ? "tcb" : `${of.under}.tcb` }, spec.tcb),
        azure: spec.azure && azureOutputs(of, spec.azure),
    };
}

function azureOutputs(
    of: Subject,
    { place, workspaceId, clusterId, actionGroupIds, isOwn }: AzureAlertsSpec,
): AzureAlertsSpec {
    const at = (key: string) => `azure.${key}`;
    return {
        place: {
            resourceGroupName: checkedValue(of, at("resourceGroupName"), place.resourceGroupName, known(checkGroup)),
            location: checkedValue(of, at("location"), place.location, checkRegion),
            tags: checkedTags(of, at("tags"), place.tags),
        },
        workspaceId: isOwn ? workspaceId : checkedValue(of, at("workspaceId"), workspaceId, checkWorkspace),
        clusterId: isOwn ? clusterId : checkedValue(of, at("clusterId"), clusterId, known(checkCluster)),
        isOwn,
        actionGroupIds: actionGroupIds.map((id, index) =>
            checkedValue(of, at(`actionGroupIds[${index}]`), id, checkActionGroup),
        ),
    };
}

function checkFlavour({ flavour, azure }: AttestationMonitoringArgs): Problem[] {
    const { prometheusOperator, azureManaged } = MonitoringFlavour;
    const absent = required("flavour", flavour, "which Prometheus watches", `${prometheusOperator} or ${azureManaged}`);
    if (absent.length > 0) return absent;
    const where = "where Azure keeps the alerts: the workspace, the cluster and a resource group";
    const why = `with flavour "${prometheusOperator}", whose alerts are in the cluster`;
    return [
        ...oneOf("flavour", flavour, MonitoringFlavour),
        ...when(flavour === azureManaged && azure === undefined, missing("azure", where, "name them")),
        ...when(flavour === prometheusOperator && azure !== undefined, notAllowed("azure", azure, why, "remove it")),
    ];
}

function checkWatched(path: string, value: unknown, component: string): Problem[] {
    const remedy = `pass namespace and daemonSetName of ${component}`;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && !isLate(value);
    if (!isObject) return [...required(path, value, "a DaemonSet", remedy), ...wrongShape(path, value, remedy)];
    const keys = ["namespace", "daemonSetName"] as const;
    return keys.flatMap((key) => {
        const own = (value as Partial<Record<string, unknown>>)[key];
        const absent = required(`${path}.${key}`, own, "a name", remedy);
        return absent.length > 0 ? absent : kubernetesName(`${path}.${key}`, own);
    });
}

function wrongShape(path: string, value: unknown, remedy: string): Problem[] {
    if (value === undefined || value === null || value === "") return [];
    return [invalid(path, value, "an object with namespace and daemonSetName", remedy)];
}

function checkLabels(path: string, labels: unknown): Problem[] {
    if (labels === undefined) return [];
    if (!isPlainObject(labels)) {
        return [invalid(path, labels, "labels and their values", 'write them as in { release: "prometheus" }')];
    }
    return Object.entries(labels).flatMap(([name, value]) => checkText(`${path}[${JSON.stringify(name)}]`, value));
}

function checkNames(path: string, names: unknown): Problem[] {
    if (names === undefined) return [];
    if (!Array.isArray(names)) return [invalid(path, names, "a list of names", "write it as a list")];
    const known = Object.fromEntries(alertNames.map((name) => [name, name]));
    return names.flatMap((name: unknown, index) => oneOf(`${path}[${index}]`, name, known));
}

function checkAzure(azure: AzureAlertsArgs): Problem[] {
    const { actionGroupIds } = azure as { actionGroupIds: unknown };
    const list = actionGroupIds ?? [];
    return [
        ...checkWorkspace("workspaceId", azure.workspaceId),
        ...checkCluster("clusterId", azure.clusterId),
        ...checkGroup("resourceGroupName", azure.resourceGroupName),
        ...checkRegion("location", azure.location),
        ...checkTags("tags", azure.tags),
        ...(Array.isArray(list)
            ? list.flatMap((id: unknown, index) => checkActionGroup(`actionGroupIds[${index}]`, id))
            : [invalid("actionGroupIds", list, "a list of resource ids", "write it as a list")]),
    ];
}

type Check = (path: string, value: unknown) => Problem[];

/** The same for an output. A mock of a unit test may leave it without a value. */
function known(check: Check): Check {
    return (path, value) => (value === undefined ? [] : check(path, value));
}

function checkGroup(path: string, value: unknown): Problem[] {
    return requiredResourceGroup(path, value, "the resource group of the rule groups");
}

/** A resource that has to be named by its id. */
function requiredId(type: string, what: string): Check {
    return (path, value) => {
        const absent = required(path, value, `the resource id of ${what}`, "name it");
        return absent.length > 0 ? absent : checkResourceId(path, value, type, what);
    };
}

const checkWorkspace = requiredId("Microsoft.Monitor/accounts", "an Azure Monitor workspace");
const checkCluster = requiredId("Microsoft.ContainerService/managedClusters", "an AKS cluster");
const checkActionGroup = requiredId("Microsoft.Insights/actionGroups", "an action group");
