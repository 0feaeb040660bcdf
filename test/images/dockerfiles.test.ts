import * as fs from "node:fs";
import * as path from "node:path";
import { DockerfileParser, type Dockerfile } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { flags, packages, paths, urls } from "./traced";

const images = path.join(__dirname, "..", "..", "images");
const names = ["aesm", "attestation-sample"] as const;
const text = (name: string): string => fs.readFileSync(path.join(images, name, "Dockerfile"), "utf8");
const parsed = (name: string): Dockerfile => DockerfileParser.parse(text(name));

interface Entry {
    value: string;
    images: string[];
    source: string;
    note?: string;
}
const versions = (
    JSON.parse(fs.readFileSync(path.join(images, "versions.json"), "utf8")) as { buildArguments: Record<string, Entry> }
).buildArguments;

/** Instructions without comments, each with its lines joined. */
const instructions = (name: string): { keyword: string; argument: string }[] =>
    parsed(name)
        .getInstructions()
        .map((instruction) => ({
            keyword: instruction.getKeyword(),
            argument: (instruction.getRawArgumentsContent() ?? "").replaceAll(/\\\n\s*/g, ""),
        }));
const runs = (name: string): string[] =>
    instructions(name).flatMap(({ keyword, argument }) => (keyword === "RUN" ? [argument] : []));
const installed = (name: string): string[] =>
    runs(name).flatMap((run) => [...run.matchAll(/apt-get install ([^;]*);?/g)].map((match) => match[1]!));
const installedPackages = (command: string): string[] =>
    command
        .split(/\s+/)
        .filter((word) => word !== "" && !word.startsWith("-"))
        .map((word) => word.replaceAll('"', "").replace(/=\$\w+$/, ""));

describe.each(names)("images/%s/Dockerfile", (name) => {
    it("is valid, and free of what the classic builder and ACR's scan cannot read", () => {
        expect(validate(text(name))).toEqual([]);
        expect(text(name)).not.toMatch(/^\s*RUN\s+--/m);
        expect(text(name)).not.toMatch(/^\s*(COPY|ADD)\s+.*--(chmod|link|parents)/m);
        expect(text(name)).not.toMatch(/^\s*FROM\s+--/m);
        expect(text(name)).not.toMatch(/<<-?\s*["']?\w/);
        expect(text(name)).not.toMatch(/^\s*ADD\s/m);
        expect(text(name)).not.toContain("\r");
    });

    it("starts every stage from the one pinned base", () => {
        const from = parsed(name)
            .getFROMs()
            .map((instruction) => instruction.getImage());
        expect(new Set(from)).toEqual(new Set(["${BASE_IMAGE}"]));
    });

    it("installs listed packages only, and never recommended ones", () => {
        expect(installed(name).length).toBeGreaterThan(1);
        for (const command of installed(name)) {
            expect(command).toContain("-y --no-install-recommends ");
            for (const found of installedPackages(command)) expect(packages).toHaveProperty([found]);
        }
    });

    it("uses listed flags, paths and addresses only", () => {
        const words = instructions(name).flatMap(({ keyword, argument }) =>
            keyword === "FROM" ? [] : argument.split(/[\s;"'(),[\]]+|(?<=[\w-])=(?=\/|https)|[<>]/),
        );
        for (const word of words.filter((each) => /^--\w/.test(each)))
            expect(flags).toHaveProperty([word.startsWith("--supported") ? word : word.replace(/=.*/, "")]);
        for (const word of words.filter((each) => each.startsWith("https:"))) expect(urls).toHaveProperty([word]);
        for (const word of words.filter((each) => /^\/(?!.*\$)/.test(each)))
            expect(paths.some(([pattern]) => pattern.test(word)) || word === "/dev/null", word).toBe(true);
    });

    it("trusts each repository by its own key", () => {
        expect(text(name)).not.toMatch(
            /apt-key|trusted=yes|allow-unauthenticated|trusted\.gpg|--insecure|curl [^;]*-\w*k/,
        );
        for (const line of text(name)
            .split("\n")
            .filter((each) => /"deb \[/.test(each)))
            expect(line).toMatch(
                /deb \[arch=amd64 signed-by=\/usr\/share\/keyrings\/(intel-sgx|microsoft)\.gpg\] https:/,
            );
        for (const run of runs(name))
            for (const [download] of run.matchAll(/(?<=; ?)curl [^;]*/g))
                expect(download).toContain("curl -fsSL --proto =https ");
    });

    it("takes every version from versions.json", () => {
        const declared = parsed(name)
            .getARGs()
            .map((argument) => argument.getProperty()!);
        const own = Object.keys(versions).filter((each) => versions[each]!.images.includes(name));
        const used = new Set(
            declared.map((property) => property.getName()).filter((each) => each !== "DEBIAN_FRONTEND"),
        );
        expect([...used].sort()).toEqual(own.sort());
        for (const property of declared.filter(
            (each) => each.getValue() !== null && each.getName() !== "DEBIAN_FRONTEND",
        )) {
            expect(property.getName()).toBe("BASE_IMAGE");
            expect(versions["BASE_IMAGE"]!.value.split("@")[0]).toBe(property.getValue());
        }
        const rest = text(name)
            .replace(/^ARG BASE_IMAGE=.*$/m, "")
            .replaceAll("download.01.org", "")
            .replaceAll(/^#.*$/gm, "");
        expect(rest).not.toMatch(/\d+\.\d+|jammy|sha256:|[0-9A-F]{32}/);
    });

    it("refuses to build without an argument that has no default", () => {
        for (const [argument] of Object.entries(versions).filter(
            ([each, entry]) =>
                entry.images.includes(name) &&
                !["BASE_IMAGE", "OE_DEB_SHA256", "OE_DEB_UNVERIFIED_VERSION"].includes(each),
        ))
            expect(text(name)).toContain(`: "\${${argument}:?build argument missing, see images/versions.json}"`);
    });

    it("stops at the first command that fails", () => {
        for (const run of runs(name)) expect(run).toMatch(/^set -e;/);
    });
});

describe("the two images", () => {
    it("get their keys in the same way", () => {
        const keys = (name: string): string => /AS keys\n([\s\S]*?)\n\nFROM/.exec(text(name))![1]!;
        expect(keys("aesm")).toBe(keys("attestation-sample"));
    });

    it("have the facts behind every package in the table", () => {
        const all = new Set(names.flatMap((name) => installed(name).flatMap(installedPackages)));
        expect([...all].sort()).toEqual(Object.keys(packages).sort());
    });
});

describe("images/aesm", () => {
    it("runs AESM in the foreground, as root, and refuses to run without ECDSA", () => {
        expect(instructions("aesm").slice(-3)).toEqual([
            { keyword: "USER", argument: "0" },
            { keyword: "WORKDIR", argument: "/opt/intel/sgx-aesm-service/aesm" },
            {
                keyword: "ENTRYPOINT",
                argument:
                    '["/opt/intel/sgx-aesm-service/aesm/aesm_service", "--no-daemon", "--no-syslog", "--supported_attestation_types=ECDSA"]',
            },
        ]);
        expect(instructions("aesm")).toContainEqual({
            keyword: "ENV",
            argument: "LD_LIBRARY_PATH=/opt/intel/sgx-aesm-service/aesm",
        });
    });

    it("has one quote provider library, and no launch or EPID plugin", () => {
        const all = installed("aesm").flatMap(installedPackages);
        expect(all.filter((each) => /qpl|dcap-client/.test(each))).toEqual(["az-dcap-client"]);
        expect(all.join()).not.toMatch(/launch|epid|dcap-ql/);
    });
});

describe("images/attestation-sample", () => {
    const last = (): string => text("attestation-sample").split("\nFROM ").at(-1)!;

    it("installs nothing in its final stage that could quote in-process, and copies files, not packages, from the builder", () => {
        expect(last()).not.toMatch(/install [^;]*(libsgx-dcap-ql|qe3|libsgx-ae|aesm|libsgx-pce)/);
        expect([...last().matchAll(/^COPY (.*)$/gm)].map((match) => match[1])).toEqual([
            "--from=keys /usr/share/keyrings/intel-sgx.gpg /usr/share/keyrings/microsoft.gpg /usr/share/keyrings/",
            "--from=builder /out/ /opt/attestation/",
            "--from=builder /open-enclave.sha256 /opt/attestation/",
            expect.stringContaining("prove.pl"),
        ]);
        expect(last()).not.toMatch(/install [^;]*(clang|make|gdb|curl|-dev)/);
    });

    it("has no library for creating enclaves but the one that Open Enclave loads", () => {
        expect(installedPackages(/install ([^;]*)/.exec(last().split("update;").at(-1)!)![1]!)).toEqual([
            "libsgx-enclave-common",
            "libsgx-quote-ex",
            "az-dcap-client",
            "libssl3",
            "libstdc++6",
        ]);
    });

    it("copies every file of the judge", () => {
        const files = fs.readdirSync(path.join(images, "attestation-sample")).filter((file) => /\.p[lm]$/.test(file));
        const copied = /^COPY (prove\.pl .*) \/opt\/attestation\/$/m.exec(last())![1]!.split(" ");
        expect(copied.sort()).toEqual(files.sort());
    });

    it("runs the judge as a numeric user with the variable and the log level set", () => {
        expect(last()).toMatch(/^USER 10001:10001$/m);
        expect(last()).toMatch(/^ENV SGX_AESM_ADDR=1 OE_LOG_LEVEL=INFO AZDCAP_CACHE=\/tmp$/m);
        expect(last()).toMatch(/^ENTRYPOINT \["\/usr\/bin\/perl", "\/opt\/attestation\/prove.pl"\]$/m);
        expect(last()).toMatch(/^CMD \["prove", "--", "\/opt\/attestation\/host\/attestation_host", "sgxremote"/m);
    });
});

describe("versions.json", () => {
    it("names for every value its source and the images it is for", () => {
        for (const [name, entry] of Object.entries(versions)) {
            expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
            expect(entry.source).not.toBe("");
            expect([...names, "tcb"]).toEqual(expect.arrayContaining(entry.images));
            if (entry.value === "" && name !== "OE_DEB_UNVERIFIED_VERSION") expect(entry.note).toMatch(/^Empty: /);
        }
    });

    it("has Open Enclave's checksum, or allows that one version without it", () => {
        const [sha256, allowed, version] = ["OE_DEB_SHA256", "OE_DEB_UNVERIFIED_VERSION", "OE_VERSION"].map(
            (name) => versions[name]?.value,
        );
        expect(version).toMatch(/^\d+\.\d+\.\d+$/);
        if (sha256 === "") expect(allowed).toBe(version);
        else expect([sha256, allowed]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), ""]);
    });

    it("pins the base image by digest and every package that is not Ubuntu's own by its exact version", () => {
        expect(versions["BASE_IMAGE"]!.value).toMatch(
            /^mcr\.microsoft\.com\/mirror\/docker\/library\/ubuntu:22\.04@sha256:[0-9a-f]{64}$/,
        );
        // Intel's packages get their versions as a family, by a pin of apt, where the command names none.
        const ubuntu =
            /^(ca-certificates|curl|gnupg|clang-.*|make|pkg-config|openssl|libssl-dev|binutils|libssl3|libstdc\+\+6)$/;
        for (const name of names) {
            expect(text(name)).toContain('"$PSW_VERSION" "$DCAP_VERSION" > /etc/apt/preferences.d/intel-sgx.pref');
            const words = installed(name)
                .flatMap((command) => command.split(/\s+/))
                .map((word) => word.replaceAll('"', ""));
            for (const word of words.filter((each) => each !== "" && !each.startsWith("-") && !ubuntu.test(each)))
                expect(word).toMatch(
                    /^((lib)?sgx-[\w-]+|libsgx-[\w-]+(=\$PSW_VERSION)?|sgx-aesm-service=\$PSW_VERSION|az-dcap-client=\$AZ_DCAP_CLIENT_VERSION|\/tmp\/open-enclave\.deb)$/,
                );
        }
        expect(versions["AZ_DCAP_CLIENT_VERSION"]!.value).toMatch(/^\d+\.\d+\.\d+$/);
    });

    it("avoids the release that breaks Open Enclave's first call", () => {
        expect(versions["PSW_VERSION"]!.value).not.toMatch(/^2\.30\.0/);
    });
});
