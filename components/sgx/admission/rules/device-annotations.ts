import { provisioningWays } from "../../attestation/provisioning";
import { celText, celTexts } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

/**
 * Domains of the annotations that CRI-O and plug-ins of NRI act on; a container's name may follow after "/", in older
 * versions after ".".
 */
const domains = [".crio.io", ".nri.io", ".noderesource.dev"];

/**
 * Prefixes of the annotations that runtimes, their older versions or their plug-ins act on: CDI, CRI-O
 * (https://github.com/cri-o/cri-o/blob/main/pkg/annotations), Kata Containers, gVisor, and runc and crun behind them.
 */
const beginnings = [
    ...[
        "cdi.k8s.io/",
        "io.kubernetes.cri-o.",
        "seccomp-profile.kubernetes.cri-o.io",
        "io.katacontainers.",
        "dev.gvisor.",
    ],
    ...["run.oci.", "org.systemd.property.", "org.criu.", "module.wasm.image/", "io.containers.trace-syscall"],
];

/**
 * Names of annotations by which Multus adds or replaces networks. Multus writes its own result into another annotation.
 */
const names = ["k8s.v1.cni.cncf.io/networks", "v1.multus-cni.io/default-network"];

export const deviceAnnotations: GuardRule = {
    id: "device-annotations",
    about: RuleSubject.annotation,
    holds: [
        `!(k in ${celTexts(names)})`,
        ...beginnings.map((text) => `!k.startsWith(${celText(text)})`),
        ...domains.map((text) => `!k.contains(${celText(text)})`),
    ].join(" && "),
    says: `${provisioningWays.annotation}; remove it`,
};
