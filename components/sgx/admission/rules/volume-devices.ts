import { RuleSubject, type GuardRule } from "../rule";

export const volumeDevices: GuardRule = {
    id: "volume-devices",
    about: RuleSubject.container,
    holds: "(!has(c.volumeDevices) || c.volumeDevices.size() == 0)",
    says: "takes a raw block device; mount the volume as a file system, in volumeMounts",
};
