// The base of the test images: a minimal Debian, made by debootstrap, as one layer. It has perl-base, as every Debian
// and Ubuntu has.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "./toolchain.mjs";

const suite = "bookworm";
/** What no test reads, and package lists. */
const left = [
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/info",
    "usr/share/zoneinfo",
    "var/cache",
    "var/lib/apt/lists",
    "var/log",
    "dev",
];

/** Writes layer.tar into the folder; needs root and the network. */
export function buildDebian(folder) {
    const root = join(folder, "root");
    mkdirSync(root, { recursive: true });
    const debootstrap = findCommand("debootstrap");
    if (debootstrap === undefined) throw new Error("debootstrap is missing: install the Debian package debootstrap");
    const { status, stdout, stderr } = spawnSync(debootstrap, ["--variant=minbase", suite, root], {
        encoding: "utf8",
        maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(`debootstrap: ${`${stdout}${stderr}`.slice(-2000)}`);
    const excluded = left.map((path) => `--exclude=./${path}/*`);
    execFileSync("tar", [
        "--numeric-owner",
        "--sort=name",
        "--mtime=@0",
        ...excluded,
        "-C",
        root,
        "-cf",
        join(folder, "layer.tar"),
        ".",
    ]);
    rmSync(root, { recursive: true, force: true });
}
