import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/**
 * The decisions of the build steps, run by a real shell on a folder that stands for the image. Programs that would
 * download, install or ask dpkg are replaced: what apt and the network do is not tested here, nor anywhere without
 * them.
 */
const steps = (name: string): string[] => {
    const file = path.join(__dirname, "..", "..", "images", name, "Dockerfile");
    const instructions = DockerfileParser.parse(fs.readFileSync(file, "utf8")).getInstructions();
    return instructions
        .filter((instruction) => instruction.getKeyword() === "RUN")
        .map((instruction) => (instruction.getRawArgumentsContent() ?? "").replaceAll(/\\\n\s*/g, ""));
};
const step = (name: string, holds: string): string => steps(name).find((each) => each.includes(holds))!;

let image: string;
beforeEach(() => {
    image = fs.mkdtempSync(path.join(os.tmpdir(), "image-"));
    for (const made of ["bin", "tmp", "etc", "usr/lib", "opt/attestation", "opt/intel/sgx-aesm-service/aesm"])
        fs.mkdirSync(path.join(image, made), { recursive: true });
    fs.writeFileSync(path.join(image, "etc/os-release"), 'VERSION_ID="22.04"\nVERSION_CODENAME=jammy\n');
    stub("ldd", 'echo "libc.so.6 => /lib/libc.so.6"; cat "$1"');
});
afterEach(() => {
    fs.rmSync(image, { recursive: true });
});

const write = (file: string, content = ""): void => {
    fs.writeFileSync(path.join(image, file), content);
};
function stub(name: string, body: string): void {
    fs.writeFileSync(path.join(image, "bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}
const packages = (client: string, ...intel: string[]): void => {
    stub(
        "dpkg-query",
        `case "$*" in *az-dcap-client*) printf '%s' ${client} ;; *) printf '%s\\n' ${intel.map((each) => `'${each}'`).join(" ")} ;; esac`,
    );
};
const run = (script: string, env: Record<string, string> = {}): { status: number | null; output: string } => {
    const inside = script
        .replaceAll(/(?<=[\s"'=:]|^)\/(?=(tmp|etc|usr|opt|open-enclave|var)\b)/g, `${image}/`)
        .replaceAll("find / -xdev", `find ${image} -xdev`);
    const run = spawnSync("sh", ["-c", inside], {
        encoding: "utf8",
        env: { PATH: `${image}/bin:/usr/bin:/bin`, ...env },
    });
    return { status: run.status, output: run.stdout + run.stderr };
};
const versions = {
    PSW_VERSION: "2.0-j",
    DCAP_VERSION: "1.0-j",
    AZ_DCAP_CLIENT_VERSION: "1.1.0",
    OE_VERSION: "0.1.0",
    BASE_IMAGE: "base",
};

describe.each(["aesm", "attestation-sample"])("images/%s", (name) => {
    it("has steps that the shell can read", () => {
        for (const each of steps(name))
            expect(spawnSync("sh", ["-n", "-c", each], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    });

    it("says which argument is missing before anything is downloaded", () => {
        for (const each of steps(name).filter((text) => text.includes(":?"))) {
            const { status, output } = run(each);
            expect(status).not.toBe(0);
            expect(output).toMatch(/[A-Z_]+: build argument missing, see images\/versions\.json/);
        }
    });
});

describe("Open Enclave's package", () => {
    const sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    beforeEach(() => {
        stub("curl", 'while [ "$1" != -o ]; do shift; done; printf hello > "$2"; echo "fetched $3"');
        stub("apt-get", 'echo "installed $*"');
    });
    const download = (sha: string, allowed = ""): { status: number | null; output: string } =>
        run(step("attestation-sample", "sha256sum"), {
            ...versions,
            OE_DEB_SHA256: sha,
            OE_DEB_UNVERIFIED_VERSION: allowed,
        });

    it("is installed when its checksum is the given one", () => {
        const { status, output } = download(sha256);
        expect(status).toBe(0);
        expect(output).toContain(
            "fetched https://github.com/openenclave/openenclave/releases/download/v0.1.0/Ubuntu_2204_open-enclave_0.1.0_amd64.deb",
        );
        expect(output).toContain("installed install -y");
        expect(output).not.toContain("WARNING");
    });

    it.each(["", "0.1.0"])("stops the build when it is another one, whatever is allowed without (%j)", (allowed) => {
        const { status, output } = download(sha256.replace("2", "3"), allowed);
        expect(status).toBe(1);
        expect(output).toContain(`sha256 is ${sha256}, expected 3`);
        expect(output).not.toContain("installed");
    });

    it.each(["", "0.0.9", "0.1", "*"])(
        "stops the build without a checksum when %j is allowed, and says what to do",
        (allowed) => {
            const { status, output } = download("", allowed);
            expect(status).toBe(1);
            expect(output).toContain(`Open Enclave 0.1.0 has no checksum, the one fetched has sha256 ${sha256}`);
            expect(output).toContain("put it into OE_DEB_SHA256 in images/versions.json");
            expect(output).toContain("name it in OE_DEB_UNVERIFIED_VERSION there");
            expect(output).not.toContain("installed");
        },
    );

    it("is installed without a checksum when its version is allowed by name, with a warning, and its checksum is kept", () => {
        const { status, output } = download("", "0.1.0");
        expect(status).toBe(0);
        expect(output).toContain(`put this into images/versions.json: ${sha256}`);
        expect(output).toContain("installed install -y");
        expect(fs.readFileSync(path.join(image, "open-enclave.sha256"), "utf8")).toBe(`${sha256}\n`);
    });
});

describe("the last check of the sample's image", () => {
    const check = (): { status: number | null; output: string } =>
        run(step("attestation-sample", "it could quote in-process"), versions);
    beforeEach(() => {
        for (const name of ["libsgx_enclave_common.so.1", "libsgx_quote_ex.so.1", "libdcap_quoteprov.so"])
            write(`usr/lib/${name}`);
        const judge = path.join(__dirname, "..", "..", "images", "attestation-sample");
        for (const file of fs.readdirSync(judge).filter((each) => /\.p[lm]$/.test(each)))
            fs.copyFileSync(path.join(judge, file), path.join(image, "opt/attestation", file));
        fs.mkdirSync(path.join(image, "opt/attestation/host"));
        write("opt/attestation/host/attestation_host");
        write("opt/attestation/open-enclave.sha256", "abc\n");
        packages("1.1.0", "libsgx-quote-ex 2.0-j", "libsgx-never-installed ");
    });

    it("passes a complete image, and writes what it was built from", () => {
        expect(check()).toMatchObject({ status: 0 });
        expect(JSON.parse(fs.readFileSync(path.join(image, "opt/attestation/versions.json"), "utf8"))).toEqual({
            openEnclave: "0.1.0",
            openEnclaveDebSha256: "abc",
            psw: "2.0-j",
            dcap: "1.0-j",
            azDcapClient: "1.1.0",
            base: "base",
        });
        expect(fs.readdirSync(path.join(image, "tmp"))).toEqual([]);
    });

    it.each([
        "usr/lib/libsgx_dcap_ql.so.1",
        "usr/lib/libsgx_qe3.signed.so.1",
        "opt/libsgx_pce_logic.so",
        "opt/intel/aesm_service",
    ])("refuses %s", (file) => {
        write(file);
        expect(check()).toMatchObject({
            status: 1,
            output: expect.stringContaining("it could quote in-process") as string,
        });
    });

    it("refuses an image whose stdbuf is missing or does not work", () => {
        stub("stdbuf", "exit 125");
        expect(check()).toMatchObject({ status: 1, output: expect.stringContaining("no stdbuf") as string });
    });

    it("refuses a missing library, a library that lacks another, another client, a mixed release", () => {
        write("usr/lib/libsgx_quote_ex.so.1", "libprotobuf.so.23 => not found\n");
        expect(check().output).toContain("libsgx_quote_ex.so.1 lacks a library");
        fs.rmSync(path.join(image, "usr/lib/libsgx_quote_ex.so.1"));
        expect(check().output).toContain("libsgx_quote_ex.so.1 is missing");
        packages("1.0.0", "libsgx-quote-ex 2.0-j");
        expect(check().output).toContain("az-dcap-client is 1.0.0, not 1.1.0");
        packages("1.2.0", "libsgx-quote-ex 2.0-j");
        expect(check().output).toContain("az-dcap-client is 1.2.0, not 1.1.0");
        packages("1.1.0", "libsgx-quote-ex 2.0-j", "libsgx-urts 3.0-j");
        expect(check()).toMatchObject({ status: 1, output: expect.stringContaining("libsgx-urts is 3.0-j") as string });
    });
});

describe("the last check of AESM's image", () => {
    const check = (): { status: number | null; output: string } =>
        run(step("aesm", "this image would not work"), versions);
    const aesm = "opt/intel/sgx-aesm-service/aesm";
    // As Intel's makefiles install them: a file, and the link that QE3's and PCE's logic open.
    const enclaves = ["libsgx_qe3.signed.so", "libsgx_pce.signed.so", "libsgx_id_enclave.signed.so"];
    beforeEach(() => {
        write(`${aesm}/aesm_service`);
        fs.chmodSync(path.join(image, aesm, "aesm_service"), 0o755);
        write(`${aesm}/plugin.so`);
        write("usr/lib/libdcap_quoteprov.so");
        for (const enclave of enclaves) {
            write(`usr/lib/${enclave}.1.26.0`, "signed");
            fs.symlinkSync(`${enclave}.1.26.0`, path.join(image, `usr/lib/${enclave}.1`));
        }
        packages("1.1.0", "sgx-aesm-service 2.0-j", "libsgx-qe3-logic 1.0-j");
        stub("dpkg", `if [ "$1" = -L ]; then echo ${image}/${aesm}/plugin.so; fi`);
    });

    it("passes a complete image, and leaves nothing behind", () => {
        expect(check()).toMatchObject({ status: 0 });
        expect(fs.readdirSync(path.join(image, "tmp"))).toEqual([]);
    });

    it.each(enclaves)("refuses an image without %s, and one where it is empty or a link to nothing", (enclave) => {
        const [file, link] = [`${enclave}.1.26.0`, `${enclave}.1`].map((name) => path.join(image, "usr/lib", name));
        const refused = (reason: RegExp): void => {
            // A step that failed leaves files that no build ever sees again.
            fs.rmSync(path.join(image, "tmp"), { recursive: true });
            fs.mkdirSync(path.join(image, "tmp"));
            expect(check()).toMatchObject({ status: 1, output: expect.stringMatching(reason) as string });
        };
        fs.writeFileSync(file!, "");
        refused(/\/libsgx_\w+\.signed\.so\.1\S* is empty or a link to nothing/);
        fs.rmSync(file!);
        refused(/\/libsgx_\w+\.signed\.so\.1 is empty or a link to nothing/);
        fs.rmSync(link!);
        refused(/libsgx_\w+\.signed\.so is missing/);
    });

    it("refuses none or two quote provider libraries", () => {
        write("usr/lib/libdcap_quoteprov.so.1");
        expect(check()).toMatchObject({ status: 1, output: expect.stringContaining("not exactly one") as string });
        for (const file of ["libdcap_quoteprov.so.1", "libdcap_quoteprov.so"])
            fs.rmSync(path.join(image, "usr/lib", file));
        expect(check().output).toContain("not exactly one");
    });

    it("refuses a missing service, plugin or library, and the plugins of former releases", () => {
        write(`${aesm}/plugin.so`, "libx.so => not found\n");
        expect(check().output).toContain("plugin.so lacks a library");
        fs.rmSync(path.join(image, aesm, "plugin.so"));
        expect(check().output).toContain("plugin.so is missing");
        fs.rmSync(path.join(image, aesm, "aesm_service"));
        expect(check().output).toContain("no aesm_service");
        packages("1.1.0", "libsgx-aesm-epid-plugin 2.0-j");
        expect(check()).toMatchObject({
            status: 1,
            output: expect.stringContaining("launch or EPID plugin") as string,
        });
    });
});
