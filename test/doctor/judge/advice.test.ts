import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { knownLines } from "../../../doctor/model/known-lines";
import { repositoryFile } from "../../support/stacks";
import { relabel, removePods } from "../support/change";
import { event, healthy, resultOf, workload, type Objects } from "../support/cluster";

const folders = ["doctor/judge", "doctor/judge/checks"];
const sources = folders.flatMap((folder) =>
    readdirSync(repositoryFile(folder))
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(repositoryFile(`${folder}/${file}`), "utf8")),
);

const pool = ["--resource-group", "--cluster-name", "--name", "--nodepool-name"];
const cluster = ["--resource-group", "--name"];
/** Commands and switches of Azure CLI 2.91, and of its extension aks-preview. */
const azureCli: Readonly<Record<string, readonly string[]>> = {
    "acr import": ["--name", "--source"],
    "aks addon update": [...cluster, "--addon", "--enable-sgxquotehelper"],
    "aks disable-addons": [...cluster, "--addons"],
    "aks enable-addons": [...cluster, "--addons", "--enable-sgxquotehelper"],
    "aks machine list": [...pool, "--output"],
    "aks nodepool delete-machines": [...pool, "--machine-names"],
    "aks nodepool scale": [...pool, "--node-count"],
    "aks nodepool show": [...pool, "--query"],
    "aks nodepool start": pool,
    "aks nodepool update": [
        ...[...pool, "--labels", "--node-taints"],
        ...["--update-cluster-autoscaler", "--min-count", "--max-count"],
    ],
    "aks nodepool upgrade": [...pool, "--kubernetes-version", "--node-image-only"],
    "aks show": [...cluster, "--query"],
    "aks update": [...cluster, "--attach-acr", "--disable-imds-restriction"],
    "aks upgrade": [...cluster, "--control-plane-only", "--kubernetes-version"],
    "extension add": ["--name"],
    "vm list-skus": ["--location", "--size", "--all", "--output"],
};

/** The commands of a program that stand in backticks in a source. */
function commands(text: string, program: string): string[] {
    return [...text.matchAll(new RegExp(`\\\\?\`(${program} [^\`\\\\]*)`, "g"))].map(([, command = ""]) => command);
}

test("the commands of Azure CLI are such as it has", () => {
    const all = sources.flatMap((text) => commands(text, "az"));
    expect(all.length).toBeGreaterThan(10);
    const unknown = all.flatMap((command) => {
        const [, words = ""] = /^az ([a-z -]*?)(?: --| \$|$)/.exec(command) ?? [];
        const known = azureCli[words.replace("${verb}", "enable-addons")] ?? [];
        const switches = [...command.matchAll(/ (--[a-z-]+)/g)].map(([, one = ""]) => one);
        return /\$\{verb\}/.test(command) || (known.length > 0 && switches.every((one) => known.includes(one)))
            ? []
            : [command];
    });
    expect(unknown).toEqual([]);
});

test("a command in an advice stands in backticks", () => {
    const lines = sources.flatMap((text) => text.split("\n")).filter((line) => !/^\s*(?:\*|\/)|includes\(/.test(line));
    const bare = [...lines, ...knownLines.map(({ fix }) => fix)].filter((line) =>
        /(?<!`)\b(?:az (?:acr|aks|extension|vm)|kubectl [a-z]|pulumi up)\b/.test(line),
    );
    expect(bare).toEqual([]);
});

const node = (objects: Objects, index = 0) => objects.nodes[index + 1]!;
const fixOf = (snapshot: ReturnType<typeof healthy>, code: Parameters<typeof resultOf>[1]) =>
    resultOf(snapshot, code).findings[0]?.fix ?? "";

test("a label for new nodes is set without taking the pool's other labels away", () => {
    const snapshot = healthy(1, (objects) => {
        relabel(node(objects), { "confidential-aks/sgx": undefined });
        removePods(objects, "sgx-device-plugin", "aks-enclave-0");
    });
    const fix = fixOf(snapshot, "CA-N08");
    expect(commands(fix, "kubectl")).toEqual(["kubectl label node aks-enclave-0 confidential-aks/sgx=true"]);
    expect(commands(fix, "az")).toEqual([
        "az aks nodepool show --resource-group GROUP --cluster-name CLUSTER --name POOL --query nodeLabels",
        "az aks nodepool update --resource-group GROUP --cluster-name CLUSTER --name POOL --labels LABELS confidential-aks/sgx=true",
    ]);
});

test("no advice takes all taints off a pool, and none takes Spot's off", () => {
    const tainted = (key: string, labels = {}) =>
        healthy(1, (objects) => {
            node(objects).spec = { taints: [{ key, value: "x", effect: "NoSchedule" }] };
            const [plugin] = objects.daemonSets;
            Object.assign(plugin!.metadata, { labels });
            const { tolerations: _, ...spec } = plugin!.spec.template.spec;
            plugin!.spec = { ...plugin!.spec, template: { ...plugin!.spec.template, spec } };
            removePods(objects, "sgx-device-plugin", "aks-enclave-0");
        });
    expect(commands(fixOf(tainted("team"), "CA-N09"), "az")).toEqual([
        "az aks nodepool show --resource-group GROUP --cluster-name CLUSTER --name POOL --query nodeTaints",
        "az aks nodepool update --resource-group GROUP --cluster-name CLUSTER --name POOL --node-taints TAINTS",
    ]);
    expect(fixOf(tainted("team"), "CA-N09")).toContain('`{key: team, value: "x", effect: NoSchedule}`');
    expect(commands(fixOf(tainted("kubernetes.azure.com/scalesetpriority"), "CA-N09"), "az")).toEqual([]);
    // A DaemonSet of this package that does not tolerate it was changed by hand.
    const own = { "app.kubernetes.io/part-of": "confidential-aks" };
    expect(fixOf(tainted("team", own), "CA-N09")).toMatch(/^`pulumi up --refresh`: /);
});

test("nodes that are not ready are taken out of their pool by name, and the others of the pool stay", () => {
    const snapshot = healthy(2, (objects) => {
        for (const one of [node(objects), node(objects, 1)])
            one.status = { ...one.status, conditions: [{ type: "Ready", status: "Unknown" }] };
    });
    const fix = fixOf(snapshot, "CA-N08");
    expect(commands(fix, "kubectl")).toEqual(["kubectl describe node aks-enclave-0 aks-enclave-1"]);
    expect(commands(fix, "az")).toEqual([
        "az aks nodepool delete-machines --resource-group GROUP --cluster-name CLUSTER --nodepool-name enclave --machine-names aks-enclave-0 aks-enclave-1",
    ]);
});

test("the command for a finding on many nodes names them all, and on very many it has a word for each", () => {
    const cordoned = (count: number) =>
        healthy(count + 1, (objects) => {
            for (const one of objects.nodes.slice(1, count + 1)) one.spec = { unschedulable: true };
        });
    expect(fixOf(cordoned(2), "CA-N08")).toContain("`kubectl uncordon aks-enclave-0 aks-enclave-1`");
    expect(fixOf(cordoned(6), "CA-N08")).toMatch(/`kubectl uncordon NODE`.*, for each of the 6 as NODE$/);
});

test("Pod Security is lifted in a new namespace only, and only for a directory of the host", () => {
    const refused = (what: string) =>
        healthy(1, (objects) => {
            objects.workloads.push({ ...workload("web"), ready: 0 });
            const says = `pods "web" is forbidden: violates PodSecurity "restricted:latest": ${what}`;
            objects.events.push(event("ReplicaSet", { name: "web-5d8f", namespace: "shop" }, "FailedCreate", says));
        });
    const lifted = [
        "kubectl create namespace NAMESPACE",
        "kubectl label namespace NAMESPACE pod-security.kubernetes.io/enforce=privileged",
    ];
    const restricted = 'restricted volume types (volume "aesm" uses restricted volume type "hostPath")';
    for (const what of ["hostPath volumes", restricted])
        expect(commands(fixOf(refused(what), "CA-W23"), "kubectl")).toEqual(lifted);
    const escalation = 'allowPrivilegeEscalation != false (container "app" must set it)';
    expect(fixOf(refused(escalation), "CA-W23")).toBe("set what the message names in the pod's securityContext");
});

test.each([
    ["CA-P13", "sgx-device-plugin"],
    ["CA-Q17", "sgx-quote-helper"],
] as const)(
    "%s names the label that a node lacks for a DaemonSet, unless it is one that nobody can set",
    (code, app) => {
        const selecting = (label: Record<string, string>) =>
            healthy(2, (objects) => {
                const set = objects.daemonSets.find(({ metadata }) => metadata.name === app)!;
                const { spec } = set.spec.template;
                const nodeSelector = { ...spec.nodeSelector, ...label };
                set.spec = { ...set.spec, template: { ...set.spec.template, spec: { ...spec, nodeSelector } } };
                removePods(objects, app, "aks-enclave-0");
                removePods(objects, app, "aks-enclave-1");
            });
        const fix = fixOf(selecting({ team: "blue" }), code);
        expect(commands(fix, "kubectl")).toEqual([
            "kubectl label --overwrite node aks-enclave-0 aks-enclave-1 team=blue",
        ]);
        expect(commands(fixOf(selecting({ "kubernetes.azure.com/mode": "user" }), code), "kubectl")).toEqual([]);
    },
);

test("an add-on that is on is changed, and one that is off is switched on", () => {
    const without = (addon: boolean) =>
        healthy(1, (objects) => {
            objects.daemonSets = objects.daemonSets.filter(({ metadata }) => metadata.name !== "sgx-quote-helper");
            objects.pods = objects.pods.filter(({ metadata }) => metadata.namespace !== "sgx-quote-helper");
            const [plugin] = objects.daemonSets;
            if (addon) plugin!.metadata = { ...plugin!.metadata, name: "sgx-plugin", namespace: "kube-system" };
            objects.workloads.push(workload("web"));
        });
    expect(commands(fixOf(without(false), "CA-Q17"), "az")[0]).toMatch(
        /^az aks enable-addons .*--enable-sgxquotehelper$/,
    );
    expect(commands(fixOf(without(true), "CA-Q17"), "az")[0]).toMatch(/^az aks addon update .*--enable-sgxquotehelper/);
});
