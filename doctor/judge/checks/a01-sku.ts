import { sgxSeries } from "../../../components/sgx/index.js";
import type { AzurePool, AzureSku } from "../../model/azure.js";
import { azureOf, isSame, lacksNodes, needsAzure, poolPlace, sgxPools, sgxSizeOf } from "../azure.js";
import { ofEach, type Check, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import type { View } from "../view.js";

/** Azure refuses new nodes of a size that is retired, restricted, or not in the pool's zones; those that run stay. */
export const a01: Check = {
    code: "CA-A01",
    reads: ["nodes"],
    needs: needsAzure("cluster", "pools", "skus"),
    run: (view) => gathered(ofEach(sgxPools(view), (pool) => ofPool(view, pool))),
};

function ofPool(view: View, pool: AzurePool): Seen | undefined {
    const size = sgxSizeOf(pool);
    if (size === undefined) return undefined;
    const { lifecycle } = sgxSeries[size.series];
    const refused =
        lifecycle.status === "retired"
            ? {
                  reason: "retired",
                  seen: `Azure retired the ${size.series} series on ${lifecycle.retiresOn} and provisions no new nodes of it (${lifecycle.source})`,
                  fix: "replace the pool by one of a DCsv3 or DCdsv3 size, such as Standard_DC2s_v3",
              }
            : notOffered(view, pool);
    if (refused === undefined) return undefined;
    return { ...refused, severity: lacksNodes(view, pool) ? "problem" : "warning", where: [poolPlace(pool)] };
}

/** What names of sizes with SGX begin with: `--size` takes a part of a name. */
const sgxSizes = "Standard_DC";

type Refused = Pick<Extract<Seen, { reason: string }>, "reason" | "seen" | "fix">;

function notOffered(view: View, { vmSize, zones }: AzurePool): Refused | undefined {
    const { cluster, skus } = azureOf(view);
    const region = cluster?.location ?? "";
    const list = `az vm list-skus --location ${region} --size ${sgxSizes} --all --output table`;
    const sku = skus.find(({ name }) => isSame(name, vmSize));
    if (sku === undefined)
        return {
            reason: "not-in-region",
            seen: `Azure does not have ${vmSize} in ${region}: a new node of the pool cannot be made`,
            fix: `use a size that the region has (\`${list}\`), or another region`,
        };
    const [reasonCode] = sku.restrictions.filter(({ type }) => type === "Location").map((each) => each.reasonCode);
    if (reasonCode !== undefined)
        return {
            reason: "restricted",
            seen: `${vmSize} may not be used in ${region} by this subscription (${reasonCode}): a new node of the pool cannot be made`,
            fix: `ask Azure's support for access to the size in the region, or use another size or region: \`${list}\``,
        };
    const missing = zones.filter((zone) => !zonesOf(sku).includes(zone));
    if (missing.length === 0) return undefined;
    return {
        reason: "not-in-zone",
        seen: `${vmSize} is not offered in zone ${missing.join(", ")} of ${region}, which the pool asks for`,
        fix: `use zones that have the size (${zonesOf(sku).join(", ") || "none"}): a pool's zones cannot be changed, so add a new pool`,
    };
}

/** The zones in which the subscription may use the size. */
function zonesOf({ zones, restrictions }: AzureSku): string[] {
    const restricted = restrictions.filter(({ type }) => type === "Zone").flatMap((each) => each.zones);
    return zones.filter((zone) => !restricted.includes(zone));
}
