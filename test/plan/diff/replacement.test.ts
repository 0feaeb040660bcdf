import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import azureNative from "../../../plan/diff/replacement/azure-native.json";
import kubernetes from "../../../plan/diff/replacement/kubernetes.json";
import type { PlanObject } from "../../../plan/model/format.js";
import { azureRules, kubernetesRules } from "../../../scripts/replacement-rules.mjs";
import { compareOne, resource } from "./plans.js";

/** Folder of an installed package. */
function folderOf(name: string): string {
    return dirname(require.resolve(`@pulumi/${name}/package.json`));
}

describe("the files of replacement rules", () => {
    it.each([azureNative, kubernetes])("are of the installed major version: $provider", ({ provider, version }) => {
        const installed = JSON.parse(readFileSync(join(folderOf(provider), "package.json"), "utf8")) as {
            version: string;
        };
        const hint = "another major version is installed: run `npm run replacement-rules`";
        expect(version.split(".")[0], hint).toBe(installed.version.split(".")[0]);
    });

    it("name Kubernetes kinds that the installed SDK has, where their version is a stable one", () => {
        const types = Object.keys(kubernetes.properties).filter((type) => /\/v\d+:/.test(type));
        const missing = types.filter((type) => {
            const [group = "", kind = ""] = type.split(":");
            const file = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}.d.ts`;
            return !existsSync(
                join(folderOf("kubernetes"), group.replace(".authorization.k8s.io", "").replace(".k8s.io", ""), file),
            );
        });
        expect(missing).toEqual([]);
    });

    it("name inputs that the installed azure-native has, for the resources of this package", () => {
        const types = readFileSync(join(folderOf("azure-native"), "types/input.d.ts"), "utf8");
        const used = ["containerservice:ManagedCluster", "containerservice:AgentPool", "authorization:RoleAssignment"];
        const missing = used.flatMap((type) => {
            const [module = "", kind = ""] = type.split(":");
            const file = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}.d.ts`;
            const own = readFileSync(join(folderOf("azure-native"), module, file), "utf8");
            const properties = azureNative.properties[type as keyof typeof azureNative.properties];
            return properties.filter(
                (name) => !own.includes(` ${name}?: `) && !own.includes(` ${name}: `) && !types.includes(` ${name}?: `),
            );
        });
        expect(missing).toEqual([]);
    });
});

describe("the script that makes them", () => {
    it("reads azure-native's map of sets", () => {
        const source = `package gen
            // "Not": { this },
var forceNewMap = map[openapi.ModuleName]map[string]codegen.StringSet{
	"Storage": {
		"Box":  codegen.NewStringSet(), // none
		"Disk": codegen.NewStringSet(
			"size", // "kind"
			"location",
		),
	},
}

var other = 3
`;
        expect(azureRules(source)).toEqual({ "storage:Box": [], "storage:Disk": ["location", "size"] });
    });

    it("reads kubernetes' groups, versions and kinds, with the lists that functions make", () => {
        const source = `package provider
var forceNew = _groups{
	"":     core,
	"apps": _versions{"v1": _kinds{"Thing": thing, "Other": properties{".b", ".a"}}},
}
var core = _versions{
	"v1": _kinds{"Cell": append(properties{".spec.x"}, inner(".spec.list[*]", ".spec.more[*]")...)},
}
var thing = append(
	properties{
		".spec.selector",
	},
	selector(".spec.selector")...,
)
func inner(prefixes ...string) properties {
	var props properties
	for _, prefix := range prefixes {
		props = append(props, properties{
			prefix + ".image",
		}...)
	}
	return props
}
func selector(prefix string) properties {
	return properties{
		prefix + ".matchLabels",
	}
}
`;
        expect(kubernetesRules(source)).toEqual({
            "apps/v1:Other": ["a", "b"],
            "apps/v1:Thing": ["spec.selector"],
            "core/v1:Cell": ["spec.list[*].image", "spec.more[*].image", "spec.x"],
        });
    });
});

describe("what replaces a Kubernetes object", () => {
    const forcedBy = (type: string, before: PlanObject, after: PlanObject) =>
        compareOne(
            resource(`kubernetes:${type}`, "it", before),
            resource(`kubernetes:${type}`, "it", after),
        )?.forcedBy.map(({ path }) => path);

    it("a name that comes or goes with all of its metadata", () => {
        expect(forcedBy("core/v1:Service", {}, { metadata: { name: "web" } })).toEqual(["metadata"]);
        expect(forcedBy("core/v1:Service", { metadata: { name: "web" } }, {})).toEqual(["metadata"]);
        expect(forcedBy("core/v1:Service", {}, { metadata: { labels: { name: "web" } } })).toEqual([]);
    });

    it("the source of a PersistentVolume, not its capacity", () => {
        const volume = (path: string, storage: string) => ({ spec: { hostPath: { path }, capacity: { storage } } });
        const type = "core/v1:PersistentVolume";
        expect(forcedBy(type, volume("/a", "1Gi"), volume("/b", "2Gi"))).toEqual(["spec.hostPath.path"]);
        expect(forcedBy(type, volume("/a", "1Gi"), volume("/a", "2Gi"))).toEqual([]);
    });

    it("what runs in a Pod, also a container that comes", () => {
        const pod = (...names: string[]) => ({
            spec: { containers: names.map((name) => ({ name, image: `${name}:1` })) },
        });
        expect(forcedBy("core/v1:Pod", pod("a"), pod("a", "b"))).toEqual(["spec.containers[b]"]);
        const deadline = (seconds: number) => ({ spec: { ...pod("a").spec, activeDeadlineSeconds: seconds } });
        expect(forcedBy("core/v1:Pod", deadline(1), deadline(2))).toEqual([]);
    });
});
