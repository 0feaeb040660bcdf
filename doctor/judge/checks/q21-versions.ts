import { PROVISION_RESOURCE } from "../../../components/sgx/index.js";
import type { Container, PodSpec, PodTemplate } from "../../model/objects.js";
import type { Place } from "../../model/report.js";
import { socketWriters } from "../../model/roles.js";
import { asksFor } from "../attesting.js";
import { ofEach, type Check, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { needsHelper } from "../nothing.js";
import { placeOf, type View } from "../view.js";

/** What is known of a version of Intel's PSW. */
interface KnownVersion {
    reason: string;
    matches: (version: Version) => boolean;
    says: string;
}

/** A version of PSW: 2.18.100.3 is 2.18, 2.18.101.1 is 2.18.1. */
interface Version {
    minor: number;
    patch: number;
}

const knownVersions: readonly KnownVersion[] = [
    {
        // intel/confidential-computing.sgx issues 772 and 920.
        reason: "psw-too-old",
        matches: ({ minor, patch }) => minor <= 16 || (minor === 18 && patch === 0),
        says: "opens /dev/sgx/enclave only, which nodes no longer have",
    },
    {
        // intel/confidential-computing.sgx issue 1022.
        reason: "psw-crashes",
        matches: ({ minor }) => minor === 23,
        says: "is reported to crash on Azure",
    },
    {
        // intel/confidential-computing.sgx pull 1107, release sgx_2.30.1.
        reason: "psw-refuses-clients",
        matches: ({ minor, patch }) => minor === 30 && patch === 0,
        says: "cannot read the first call of older clients, Open Enclave's too",
    },
];

/** Versions of AESM that are known to be bad, by the tags of images. A tag may say no version. */
export const q21: Check = {
    code: "CA-Q21",
    reads: ["pods", "daemonSets"],
    needs: needsHelper,
    run: (view) =>
        gathered(
            ofEach(helpers(view), ({ template, place }) =>
                ofEach(aesmsOf(template.spec), ({ image }): Seen | undefined => {
                    const version = pswVersion(image);
                    if (version === undefined) return { needs: `a version of PSW in the tag of ${image}` };
                    const known = knownVersions.find(({ matches }) => matches(version));
                    if (known === undefined) return undefined;
                    return {
                        reason: known.reason,
                        // A tag is what somebody has called the image.
                        severity: "warning",
                        seen: `PSW of the image ${image} ${known.says}`,
                        where: [place],
                        fix: "use an image of AESM with PSW 2.29, or with 2.30.1 or newer (`SgxQuoteHelper.image`)",
                    };
                }),
            ),
        ),
};

/** The containers that have AESM: not those beside it, such as one for metrics. */
function aesmsOf(spec: PodSpec): readonly Container[] {
    const writers = socketWriters(spec);
    return spec.containers.filter((one) => writers.includes(one.name) || asksFor(one, PROVISION_RESOURCE));
}

/** The DaemonSets of quote helpers, and the pods that are of none. */
function helpers({ daemonSets, pods }: View): { template: PodTemplate; place: Place }[] {
    const names = new Set(daemonSets.helper.map(({ metadata }) => metadata.uid));
    return [
        ...daemonSets.helper.map(({ metadata, spec }) => ({
            template: spec.template,
            place: placeOf("DaemonSet", metadata),
        })),
        ...pods.helper
            .filter(({ metadata: { ownerReferences = [] } }) => !ownerReferences.some(({ uid }) => names.has(uid)))
            .map(({ metadata, spec }) => ({ template: { metadata, spec }, place: placeOf("Pod", metadata) })),
    ];
}

/** PSW's version by the tag of an image of AESM, such as `…/sgx/aesm:2.29.100.1`. */
function pswVersion(image: string): Version | undefined {
    const [, name = "", minor, patch] =
        /(?:^|\/)([^/:@]+):v?2\.(\d{1,3})(?:\.(\d{1,3}))?(?:[.@_-]|$)/.exec(image) ?? [];
    if (!name.includes("aesm") || minor === undefined) return undefined;
    const number = Number(patch ?? 0);
    return { minor: Number(minor), patch: number >= 100 ? number - 100 : number };
}
