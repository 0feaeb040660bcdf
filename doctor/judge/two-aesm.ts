import { AESM_SOCKET_DIR } from "../../components/sgx/index.js";

/** Two quote helpers on one node. */
export const twoAesm = `two quote helpers write ${AESM_SOCKET_DIR} of the same node, and the later one takes the socket of the first away`;

/**
 * Commands that switch off the add-on's quote helper and keep its device plugin: Azure CLI has a flag that switches the
 * helper on, and none that switches it off (Azure CLI 2.91, `az aks enable-addons`).
 */
export function withoutQuoteHelper(flags: string): string {
    const [off, on] = ["disable-addons", "enable-addons"].map((each) => `\`az aks ${each} --addons confcom ${flags}\``);
    return `${off ?? ""}, then ${on ?? ""}`;
}
