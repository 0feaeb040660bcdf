import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Manifest } from "./api";
import type { TestImage } from "./images";
import { oneOf, templateOf, type Container } from "./manifests";
import { tool } from "./tools";

/*
 * What the pods of this package find in their images, put together without a registry. Real: Intel's device plugin and
 * EPC hook, our probe (it is in the manifests), our judge. Doubles: AESM, the library that asks the processor for EPC,
 * Open Enclave's sample. So nothing here shows that SGX works; it shows that what surrounds it does.
 */
const ownFolder = resolve("test/e2e/node/images");
const judgeFolder = resolve("images/attestation-sample");
const recordings = resolve("test/fixtures/aesm-real");
const aesmDouble = readFileSync(resolve("test/doubles/aesm_service.pl"), "utf8");

/** Any library: what counts is the name under which a process maps it. */
const anyLibrary = "/lib/x86_64-linux-gnu/libm.so.6";

/** EPC that the double of the processor reports, in bytes; the node offers as much. */
export const nodeEpc = 256 * 2 ** 20;

/**
 * The images of the device plugin and of the quote helper that manifests name. AESM takes `loadingSeconds` to be there,
 * and the node's EPC is `epcBytes`.
 */
export function quotingImages(
    manifests: readonly Manifest[],
    loadingSeconds: number,
    epcBytes: number = nodeEpc,
): TestImage[] {
    const plugin = templateOf(oneOf(manifests, "DaemonSet", "sgx-device-plugin")).spec;
    const helper = templateOf(oneOf(manifests, "DaemonSet", "sgx-quote-helper")).spec;
    return [
        {
            name: imageOf(plugin.containers),
            files: { "/usr/local/bin/intel_sgx_device_plugin": tool("intel_sgx_device_plugin") },
            entrypoint: ["/usr/local/bin/intel_sgx_device_plugin"],
            debian: false,
        },
        hookImage(imageOf(plugin.initContainers), epcBytes),
        aesmImage(imageOf(helper.containers), loadingSeconds),
    ];
}

/** Intel's EPC hook, on a processor that has so much EPC. */
export function hookImage(name: string, epcBytes: number): TestImage {
    return {
        name,
        files: {
            "/usr/local/bin/sgx-sw/intel-sgx-epchook": tool("intel-sgx-epchook"),
            "/etc/e2e-epc-bytes": { text: String(epcBytes) },
        },
        debian: false,
    };
}

/** The double of AESM where the real one is. */
export function aesmImage(name: string, loadingSeconds: number): TestImage {
    return {
        name,
        files: {
            "/opt/intel/sgx-aesm-service/aesm/aesm_service": { text: aesmDouble },
            // The manifest mounts files at these places.
            "/etc/aesmd.conf": { text: "" },
            "/etc/sgx_default_qcnl.conf": { text: "" },
            "/var/opt/aesmd/.keep": { text: "" },
        },
        environment: { AESM_DOUBLE_LOADING_SECONDS: String(loadingSeconds) },
    };
}

/**
 * The sample's image: our judge, and a stand-in for the program that it judges, which prints what was recorded. More
 * files change what it is.
 */
export function sampleImage(name: string, files: TestImage["files"] = {}): TestImage {
    const judge = readdirSync(judgeFolder)
        .filter((file) => /\.p[lm]$/.test(file))
        .map((file) => [`/opt/attestation/${file}`, `${judgeFolder}/${file}`]);
    return {
        name,
        files: {
            ...(Object.fromEntries(judge) as Record<string, string>),
            "/opt/attestation/host/attestation_host": program("attestation_host.pl"),
            "/opt/attestation/enclave_a/enclave_a.signed": { text: "" },
            "/opt/attestation/enclave_b/enclave_b.signed": { text: "" },
            "/opt/attestation/versions.json": { text: '{"openEnclave":"stand-in"}' },
            "/opt/stand-in/Aesm.pm": `${ownFolder}/Aesm.pm`,
            "/opt/stand-in/honest.txt": `${recordings}/oe-out-of-process.stdout.txt`,
            "/opt/stand-in/unavailable.txt": `${recordings}/oe-no-aesm.stdout.txt`,
            "/opt/stand-in/unavailable-stderr.txt": `${recordings}/oe-no-aesm.stderr.txt`,
            "/usr/lib/libsgx_quote_ex.so.1": anyLibrary,
            ...files,
        },
    };
}

/**
 * Files that make the sample a program that quotes in-process and looks as if it did not: it needs no AESM, prints the
 * honest lines, and ends at once.
 */
export function disguise(library: string): TestImage["files"] {
    const load = (path: string) => `DynaLoader::dl_load_file("${path}", 0) or die DynaLoader::dl_error();\n`;
    const libraries = load("/usr/lib/libsgx_quote_ex.so.1") + load(library);
    const show = 'open my $file, "<", "/opt/stand-in/honest.txt" or die;\nprint <$file>;\n';
    return {
        "/opt/attestation/host/attestation_host": { text: `#!/usr/bin/perl\nrequire DynaLoader;\n${libraries}${show}` },
        [library]: anyLibrary,
    };
}

/** A stand-in for an application with enclaves, which tells what it may do. */
export function applicationImage(name: string): TestImage {
    return {
        name,
        files: {
            "/opt/stand-in/application": program("application.pl"),
            "/opt/stand-in/Aesm.pm": `${ownFolder}/Aesm.pm`,
        },
        entrypoint: ["/opt/stand-in/application"],
    };
}

/** The name under which containerd keeps the image of the first container. */
function imageOf([first]: readonly Container[] = []): string {
    if (first === undefined) throw new Error("no container");
    return imageName(first.image);
}

/** An image's full name: a short one is Docker Hub's. */
export function imageName(reference: string): string {
    return /^([^/]*[.:][^/]*|localhost)\//.test(reference) ? reference : `docker.io/${reference}`;
}

/** A text, because an executable one is a program whatever the mode of its file here. */
function program(file: string): { text: string } {
    return { text: readFileSync(`${ownFolder}/${file}`, "utf8") };
}
