import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/*
 * The pin of the Dockerfiles, read by a real apt that simulates an installation from a repository of invented packages
 * with two releases. Which packages Intel's repository really offers is not known here.
 */
const hasApt = spawnSync("apt-get", ["--version"]).status === 0;
const releases = { psw: ["2.29.100.1-jammy1", "2.30.101.1-jammy1"], dcap: ["1.26.100.1-jammy1", "1.27.100.1-jammy1"] };

const entry = (name: string, version: string, depends?: string): string =>
    [
        `Package: ${name}`,
        `Version: ${version}`,
        "Architecture: amd64",
        "Maintainer: nobody",
        `Filename: ./${name}.deb`,
        "Size: 1",
        `SHA256: ${"0".repeat(64)}`,
        ...(depends === undefined ? [] : [`Depends: ${depends}`]),
        "Description: none",
        "",
        "",
    ].join("\n");

describe.skipIf(!hasApt)(`the version pin${hasApt ? "" : " (skipped: there is no apt-get)"}`, () => {
    let folder = "";
    beforeAll(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "apt-"));
        for (const made of ["repo", "state/lists/partial", "cache/archives/partial", "etc/preferences.d"])
            fs.mkdirSync(path.join(folder, made), { recursive: true });
        const packages = [
            ...releases.psw.flatMap((version) => [
                entry("sgx-aesm-service", version),
                entry("libsgx-aesm-quote-ex-plugin", version, "libsgx-aesm-ecdsa-plugin"),
                entry("libsgx-aesm-ecdsa-plugin", version, "libsgx-qe3-logic"),
            ]),
            ...releases.dcap.map((version) => entry("libsgx-qe3-logic", version)),
        ];
        fs.writeFileSync(path.join(folder, "repo/Packages"), packages.join(""));
        fs.writeFileSync(path.join(folder, "status"), "");
        fs.writeFileSync(path.join(folder, "etc/sources.list"), `deb [trusted=yes] file:${folder}/repo ./\n`);
        expect(apt("update").status).toBe(0);
    });
    afterAll(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function apt(...args: string[]): { status: number | null; stdout: string } {
        const dirs = { State: "state", "State::status": "status", Cache: "cache", Etc: "etc" };
        const options = [
            ...Object.entries(dirs).map(([name, value]) => `Dir::${name}=${path.join(folder, value)}`),
            "Dir::Etc::sourceparts=/dev/null",
            "APT::Architecture=amd64",
            "APT::Sandbox::User=",
            "Debug::NoLocking=1",
        ];
        return spawnSync("apt-get", [...options.flatMap((option) => ["-o", option]), ...args], { encoding: "utf8" });
    }

    /** What would be installed, by name; the plugin's dependencies are not named on the command line. */
    function installed(): Record<string, string> {
        const named = ["sgx-aesm-service", "libsgx-aesm-quote-ex-plugin"].map((name) => `${name}=${releases.psw[0]!}`);
        const { stdout } = apt("-s", "install", "-y", "--no-install-recommends", ...named);
        return Object.fromEntries(
            [...stdout.matchAll(/^Inst (\S+) \((\S+)/gm)].map(
                ([, name = "", version = ""]) => [name, version] as const,
            ),
        );
    }

    it.each(["aesm", "attestation-sample"])("of images/%s holds dependencies at the named releases", (image) => {
        const dockerfile = fs.readFileSync(path.join("images", image, "Dockerfile"), "utf8");
        const printf = /printf 'Package: [^>]*(?= > \/etc\/apt\/preferences\.d)/.exec(dockerfile)?.[0] ?? "false";
        const env = { PATH: process.env["PATH"], PSW_VERSION: releases.psw[0], DCAP_VERSION: releases.dcap[0] };
        const { stdout } = spawnSync("sh", ["-c", printf], { encoding: "utf8", env });
        const pin = path.join(folder, "etc/preferences.d/intel-sgx.pref");
        fs.writeFileSync(pin, stdout);
        expect(installed()).toEqual({
            "sgx-aesm-service": releases.psw[0],
            "libsgx-aesm-quote-ex-plugin": releases.psw[0],
            "libsgx-aesm-ecdsa-plugin": releases.psw[0],
            "libsgx-qe3-logic": releases.dcap[0],
        });
        fs.rmSync(pin);
        // Without it the newest come, which is the mix that fails at run time.
        expect(installed()).toMatchObject({ "libsgx-aesm-ecdsa-plugin": releases.psw[1] });
    });
});
