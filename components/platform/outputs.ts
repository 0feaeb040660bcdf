import type * as pulumi from "@pulumi/pulumi";
import { checkedClusterPlace } from "../cluster/checked-inputs";
import type { Subject } from "../shared/checked-later";
import { checkedName } from "../shared/checked-name";
import { checkedPart, type Part } from "../shared/part";
import type { PlatformCluster } from "./cluster-part";
import type { PlatformSpec } from "./parts";

/** A group of a platform's arguments, as messages name it. */
export function ofPlatform(name: string, under: string): Subject {
    return { subject: `platform "${name}"`, under };
}

/**
 * The same spec, in which the outputs that several parts have are checked as soon as they are known: the registry has
 * the region and the tags of the cluster as well, and the policies never cover the namespaces of quoting.
 */
export function platformOutputs(name: string, spec: PlatformSpec): PlatformSpec {
    const { devicePlugin, quoteHelper, policies } = spec;
    const [ofPlugin, ofHelper] = [ofPlatform(name, "devicePlugin"), ofPlatform(name, "quoteHelper")];
    const pluginNamespace = checkedName(ofPlugin, "namespace", devicePlugin.spec.namespace);
    const helperNamespace = checkedName(ofHelper, "namespace", quoteHelper.spec.namespace);
    const checked = new Map<unknown, pulumi.Input<string> | undefined>([
        [devicePlugin.spec.namespace, pluginNamespace],
        [quoteHelper.spec.namespace, helperNamespace],
    ]);
    return {
        ...spec,
        cluster: withPlace(ofPlatform(name, ""), spec.cluster),
        devicePlugin: withSpec(devicePlugin, { namespace: pluginNamespace }),
        quoteHelper: withSpec(quoteHelper, { namespace: helperNamespace }),
        policies:
            policies &&
            withSpec(policies, {
                exemptNamespaces: policies.spec.exemptNamespaces.map((each) => checked.get(each) ?? each),
            }),
    };
}

function withSpec<Args extends object, Spec>(part: Part<Args, Spec>, changed: Partial<Spec>): Part<Args, Spec> {
    return checkedPart(part.args, { ...part, spec: { ...part.spec, ...changed } });
}

function withPlace(of: Subject, cluster: PlatformCluster): PlatformCluster {
    const place = checkedClusterPlace(of, cluster.spec);
    if (cluster.isNew) return { ...withSpec(cluster, place), isNew: true };
    return { ...withSpec(cluster, place), isNew: false };
}
