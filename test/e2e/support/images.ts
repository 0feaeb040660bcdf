import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { baseFolder } from "../tools/toolchain.mjs";

/** A container image put together without a registry. */
export interface TestImage {
    /** Its full name, registry and tag included: what a pod names. */
    name: string;
    /**
     * Path in the image to a file of this machine (its mode stays), or to a text (executable when it starts with #!).
     */
    files?: Readonly<Record<string, string | { text: string }>>;
    entrypoint?: readonly string[];
    environment?: Readonly<Record<string, string>>;
    /** Whether it stands on the Debian base, with a shell and Perl; false: nothing but its files. Default true. */
    debian?: boolean;
}

/**
 * Writes images as one archive of the kind `docker save` writes and `ctr images import` reads. `scratch` is an empty
 * folder. Gives back the archive's folder, to be packed by tar.
 */
export function writeImages(images: readonly TestImage[], scratch: string): string {
    const archive = join(scratch, "archive");
    mkdirSync(archive, { recursive: true });
    const base = layerOf(archive, "base", join(baseFolder(), "layer.tar"));
    const manifest = images.map((image, index) => {
        const own = layerOf(archive, `layer-${index}`, packFiles(image, join(scratch, `files-${index}`)));
        const layers = image.debian === false ? [own] : [base, own];
        const config = JSON.stringify({
            architecture: "amd64",
            os: "linux",
            config: {
                Entrypoint: image.entrypoint ?? [],
                Env: Object.entries({ PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", ...image.environment }).map(
                    (pair) => pair.join("="),
                ),
            },
            rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
        });
        const file = `${createHash("sha256").update(config).digest("hex")}.json`;
        writeFileSync(join(archive, file), config);
        return { Config: file, RepoTags: [image.name], Layers: layers.map(({ path }) => path) };
    });
    writeFileSync(join(archive, "manifest.json"), JSON.stringify(manifest));
    return archive;
}

function packFiles({ files = {} }: TestImage, folder: string): string {
    mkdirSync(folder, { recursive: true });
    for (const [path, source] of Object.entries(files)) {
        const target = join(folder, path);
        mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
        if (typeof source === "string") copyFileSync(source, target);
        else writeFileSync(target, source.text, { mode: source.text.startsWith("#!") ? 0o755 : 0o644 });
    }
    const tar = `${folder}.tar`;
    execFileSync("tar", ["--owner=0", "--group=0", "--sort=name", "--mtime=@0", "-C", folder, "-cf", tar, "."]);
    return tar;
}

function layerOf(archive: string, name: string, tar: string): { path: string; digest: string } {
    const path = join(name, "layer.tar");
    mkdirSync(join(archive, name));
    // Tar follows links; a hard link would change the file while another test reads it.
    symlinkSync(tar, join(archive, path));
    return { path, digest: `sha256:${createHash("sha256").update(readFileSync(tar)).digest("hex")}` };
}
