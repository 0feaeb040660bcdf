// What the end-to-end tests stand on: programs built from tagged Go modules, and commands of Debian packages.
// Plain JavaScript, because `npm run e2e:tools` runs it before anything is compiled; the types are in toolchain.d.mts.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;

/** Looked into as well as PATH, which leaves sbin out for some users. */
const commandFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** One Go module a tool; the folder of that name holds its go.mod, go.sum and tools.go. */
export const modules = [
    {
        name: "pulumi",
        tags: "osusergo,grpcnotrace",
        // The Automation API parses the version.
        ldflags: "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
        sources: ["generate-sdk/main.go"],
        programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "generate-sdk": "./generate-sdk" },
        libraries: [
            "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions",
            "github.com/pulumi/pulumi/sdk/v3/go/pulumi",
        ],
    },
    {
        // A module of its own: this host's newest tag does not compile with the release of pkg/v3 that is the CLI.
        name: "yaml",
        tags: "osusergo,grpcnotrace",
        ldflags: "",
        sources: ["generate-csharp-sdk/main.go"],
        programs: {
            "pulumi-language-yaml": "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
            "generate-csharp-sdk": "./generate-csharp-sdk",
        },
    },
    {
        name: "kubernetes",
        tags: "",
        ldflags: ["gitVersion=v1.36.2", "gitMajor=1", "gitMinor=36", "gitTreeState=clean"]
            .map((setting) => `-X k8s.io/component-base/version.${setting}`)
            .join(" "),
        programs: {
            "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
            "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
            "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
            kubectl: "k8s.io/kubernetes/cmd/kubectl",
            kubelet: "k8s.io/kubernetes/cmd/kubelet",
        },
    },
    {
        name: "containerd",
        tags: "no_btrfs,no_devmapper,no_zfs",
        ldflags: "",
        programs: {
            containerd: "github.com/containerd/containerd/v2/cmd/containerd",
            "containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
            ctr: "github.com/containerd/containerd/v2/cmd/ctr",
        },
    },
    {
        name: "sgx",
        tags: "",
        ldflags: "",
        programs: { intel_sgx_device_plugin: "github.com/intel/intel-device-plugins-for-kubernetes/cmd/sgx_plugin" },
    },
    {
        // Intel's hook with a double of the library by which it asks the processor for EPC.
        name: "epchook",
        tags: "",
        ldflags: "",
        sources: ["processor/go.mod", "processor/processor.go"],
        programs: { "intel-sgx-epchook": "github.com/intel/intel-device-plugins-for-kubernetes/cmd/sgx_epchook" },
    },
    {
        // In the place of kubelets, for `npm run bench:scale`: no test needs it.
        name: "kwok",
        tags: "",
        ldflags: "",
        onlyByName: true,
        programs: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
    },
];

/** Commands of the system, and the Debian package each is in. */
export const debianCommands = {
    etcd: "etcd-server",
    runc: "runc",
    bridge: "containernetworking-plugins",
    debootstrap: "debootstrap",
    ip: "iproute2",
    openssl: "openssl",
    unshare: "util-linux",
    perl: "perl-base",
    prometheus: "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    promtool: "prometheus",
    python3: "python3-venv",
};

/** The same for `npm run test:toolchains`: the browser in which pages are looked at. */
export const browserCommands = { chromium: "chromium" };

/** Folder with everything built, outside the repository. */
export function cacheFolder(environment = process.env) {
    return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "confidential-aks", "e2e");
}

/** Folder of one built module, named by the content of all that decides what is built. */
export function builtFolder(module) {
    const hash = createHash("sha256").update(JSON.stringify(module));
    for (const file of ["go.mod", "go.sum", "tools.go", ...(module.sources ?? [])])
        hash.update(readFileSync(join(here, module.name, file)));
    return join(cacheFolder(), `${module.name}-${hash.digest("hex").slice(0, 16)}`);
}

/** Folder of the base layer of the test images, named by its recipe. */
export function baseFolder() {
    const hash = createHash("sha256").update(readFileSync(join(here, "debian.mjs")));
    return join(cacheFolder(), `debian-${hash.digest("hex").slice(0, 16)}`);
}

/** Folder of Pod Security's fixtures, named by the recipe and by the module that they are from. */
export function podSecurityFolder() {
    const hash = createHash("sha256");
    for (const file of ["pod-security.mjs", "kubernetes/go.mod", "kubernetes/go.sum"])
        hash.update(readFileSync(join(here, file)));
    return join(cacheFolder(), `pod-security-${hash.digest("hex").slice(0, 16)}`);
}

/** Folder of the CRDs of the Prometheus operator, named by the recipe and by the module that they are from. */
export function crdFolder() {
    const hash = createHash("sha256");
    for (const file of ["prometheus.mjs", "prometheus/go.mod", "prometheus/go.sum"])
        hash.update(readFileSync(join(here, file)));
    return join(cacheFolder(), `prometheus-${hash.digest("hex").slice(0, 16)}`);
}

/** Folder of the virtual environment of Python, named by its recipe. */
export function pythonFolder() {
    const hash = createHash("sha256");
    for (const file of ["python.mjs", "python/requirements.txt"]) hash.update(readFileSync(join(here, file)));
    return join(cacheFolder(), `python-${hash.digest("hex").slice(0, 16)}`);
}

/** Path of a system command, or undefined when its package is not installed. */
export function findCommand(name) {
    const folders = [...(process.env["PATH"] ?? "").split(":"), ...commandFolders].filter((folder) => folder !== "");
    // iproute2 has a program called bridge, too: the one asked for here is CNI's.
    const candidates = name === "bridge" ? ["/usr/lib/cni"] : folders;
    return candidates.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
