import { RuleSubject, type GuardRule } from "../rule";

/**
 * Kinds of volumes that Pod Security's level "restricted" allows, the usual ones first; image volumes; and hostPath,
 * which has a rule of its own. Volumes that name a server or a share themselves are not among them, and neither are new
 * kinds.
 */
const volumeKinds = [
    ...["projected", "configMap", "secret", "emptyDir", "persistentVolumeClaim", "hostPath", "csi", "downwardAPI"],
    ...["ephemeral", "image"],
];

export const volumeKind: GuardRule = {
    id: "volume-kind",
    about: RuleSubject.volume,
    holds: `(${volumeKinds.map((kind) => `has(v.${kind})`).join(" || ")})`,
    says: "is of a kind that names a server, a share or a disk itself, or runs a program on the node; use a PersistentVolumeClaim",
};
