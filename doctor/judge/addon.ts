import { AESM_SOCKET_DIR } from "../../components/sgx/index.js";
import type { DaemonSet } from "../model/objects.js";
import type { View } from "./view.js";

/** Whether a DaemonSet is of this package. */
export function isOwn({ metadata }: DaemonSet): boolean {
    return metadata.labels?.["app.kubernetes.io/part-of"] === "confidential-aks";
}

/** Two quote helpers on one node. */
export const twoAesm = `two quote helpers write ${AESM_SOCKET_DIR} of the same node, and the later one removes the socket of the first`;

/** The commands below are those of Azure CLI 2.91; `flags` name the cluster. */
const addons = (verb: string, flags: string) => `az aks ${verb} --addons confcom ${flags}`;

/** Switches off the add-on's quote helper and keeps its device plugin: for that there is no flag. */
export function withoutQuoteHelper(flags: string): string {
    return `\`${addons("disable-addons", flags)}\`, then \`${addons("enable-addons", flags)}\``;
}

/** Switches the quote helper on of an add-on that is on, which `enable-addons` refuses. */
export function withQuoteHelper(flags: string): string {
    return `\`az aks addon update --addon confcom --enable-sgxquotehelper ${flags}\`, which is in Azure CLI's extension aks-preview (\`az extension add --name aks-preview\`)`;
}

/** Switches the add-on on, with its quote helper. */
export function enableAddon(flags: string): string {
    return `\`${addons("enable-addons", flags)} --enable-sgxquotehelper\``;
}

/** Whether the add-on's device plugin is there: Azure need not be asked for that. */
export function hasAddon({ daemonSets }: View): boolean {
    return daemonSets.plugin.some(
        ({ metadata }) => metadata.namespace === "kube-system" && metadata.name === "sgx-plugin",
    );
}
